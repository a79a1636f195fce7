# Under the Rack servers: they take a number and no reason.
CODES = { '/unnamed' => 299, '/bare' => 404, '/999' => 999, '/099' => 99, '/204' => 204, '/418' => 418 }.freeze
run(lambda do |env|
  raise 'crash' if env['PATH_INFO'] == '/crash'

  env['rack.input'].read
  code = CODES.fetch(env['PATH_INFO'], 200)
  code == 204 ? [code, {}, []] : [code, { 'Content-Type' => 'text/plain', 'Content-Length' => '5' }, ["rack\n"]]
end)
