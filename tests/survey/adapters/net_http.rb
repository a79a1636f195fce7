# SPDX-License-Identifier: MIT
# Ruby's Net::HTTP. A URL on each line in, an answer in JSON on each line out.
require 'json'
require 'net/http'
$stdout.sync = true
puts RUBY_VERSION
$stdin.each_line(chomp: true) do |url|
  answer =
    begin
      where = URI(url)
      Net::HTTP.start(where.host, where.port, read_timeout: 5, max_retries: 0) do |http|
        r = http.request(Net::HTTP::Get.new(where, 'Connection' => 'close'))
        { outcome: 'accepted', code: r.code.to_i, reason_hex: (r.message || '').unpack1('H*'),
          body_hex: (r.body || '').unpack1('H*') }.merge(r.http_version =~ /\A\d\.\d\z/ ? { version: r.http_version } : {})
      end
    rescue StandardError => e
      { outcome: 'refused', error: e.class.name }
    end
  puts JSON.generate(answer)
end
