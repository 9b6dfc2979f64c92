# LWP::UserAgent, which sends TE beside everything.
use strict;
use warnings;
use HTTP::Request;
use LWP::UserAgent;
use MIME::Base64;

sub decoded { my ($part) = @_; return $part eq '-' ? '' : decode_base64($part) }
sub encoded { my ($part) = @_; return length $part ? encode_base64($part, '') : '-' }

$| = 1;
my $client = LWP::UserAgent->new(keep_alive => 1, timeout => 10);
print LWP::UserAgent->VERSION, "\texpect\n";
while (my $line = <STDIN>) {
  chomp $line;
  my ($method, $url, $flags, $fields, $content) = split /\t/, $line;
  my $request = HTTP::Request->new($method, $url, [map { split /: /, $_, 2 } split /\n/, decoded($fields)]);
  $request->header('Accept-Encoding' => 'gzip') if $flags =~ /gzip/;
  if ($content ne '-') {
    my $rest = decoded($content);
    # A content from a function has no length, so it is sent in chunks.
    $request->content($flags =~ /chunked/ ? sub { substr $rest, 0, 1000, '' } : $rest);
    $request->header('Content-Length' => length $rest) unless $flags =~ /chunked/;
  }
  my $answer = $client->simple_request($request);
  if ($answer->header('Client-Warning') || $answer->header('Client-Aborted')) {
    print 'ERROR', "\t", $answer->status_line =~ s/\s+/ /gr, "\n";
    next;
  }
  my $body = $answer->decoded_content(charset => 'none') // '';
  print join("\t", $answer->code, encoded($answer->headers->as_string("\n")), encoded($body)), "\n";
}
