# Ruby's Net::HTTP on one connection for each host; it takes compressed answers unless told otherwise.
require 'net/http'
require 'stringio'

def decoded(part) = part == '-' ? '' : part.unpack1('m')
def encoded(part) = part.empty? ? '-' : [part].pack('m0')

$stdout.sync = true
connections = Hash.new do |all, place|
  all[place] = Net::HTTP.new(*place, nil).tap { |http| http.read_timeout = 10; http.max_retries = 0 }
end
puts "#{RUBY_VERSION}\t-"
$stdin.each_line(chomp: true) do |line|
  method, url, flags, fields, content = line.split("\t")
  uri = URI(url)
  kind = Net::HTTP.const_get(method.capitalize)
  request = kind.new(uri)
  decoded(fields).force_encoding('UTF-8').split("\n").each do |field|
    name, value = field.split(': ', 2)
    request[name] = value
  end
  http = connections[[uri.host, uri.port]]
  http.start unless http.started?
  http.continue_timeout = flags.include?('expect') ? 60 : nil
  request['Expect'] = '100-continue' if flags.include?('expect')
  if content != '-'
    body = decoded(content)
    if flags.include?('chunked')
      request['Transfer-Encoding'] = 'chunked'
      request.body_stream = StringIO.new(body)
    else
      request.body = body
    end
  end
  answer = http.request(request)
  head = answer.each_header.map { |name, value| "#{name}: #{value}" }.join("\n")
  puts [answer.code, encoded(head), encoded(answer.body || '')].join("\t")
rescue StandardError => e
  http.finish if http&.started?
  puts "ERROR\t#{e.inspect.tr("\n\t", ' ')}"
end
