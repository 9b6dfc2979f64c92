# HTTP::Tiny, which comes with Perl and keeps its connection.
use strict;
use warnings;
use HTTP::Tiny;
use MIME::Base64;

sub decoded { my ($part) = @_; return $part eq '-' ? '' : decode_base64($part) }
sub encoded { my ($part) = @_; return length $part ? encode_base64($part, '') : '-' }

$| = 1;
my $client = HTTP::Tiny->new(timeout => 10);
print "$HTTP::Tiny::VERSION\tgzip,expect\n";
while (my $line = <STDIN>) {
  chomp $line;
  my ($method, $url, $flags, $fields, $content) = split /\t/, $line;
  my %options = (headers => { map { split /: /, $_, 2 } split /\n/, decoded($fields) });
  if ($content ne '-') {
    my $rest = decoded($content);
    # A content from a function has no length, so it is sent in chunks.
    $options{content} = $flags =~ /chunked/ ? sub { substr $rest, 0, 1000, '' } : $rest;
  }
  my $answer = $client->request($method, $url, \%options);
  if ($answer->{status} == 599) {
    print 'ERROR', "\t", $answer->{content} =~ s/\s+/ /gr, "\n";
    next;
  }
  my $head = join "\n", map { "$_: $answer->{headers}{$_}" } keys %{ $answer->{headers} };
  print join("\t", $answer->{status}, encoded($head), encoded($answer->{content} // '')), "\n";
}
