<?php
// PHP's curl extension, with one handle that keeps its connection.

function decoded(string $part): string { return $part === '-' ? '' : base64_decode($part); }
function encoded(string $part): string { return base64_encode($part) ?: '-'; }

$handle = curl_init();
echo curl_version()['version'], "\t-\n";
while (($line = fgets(STDIN)) !== false) {
    [$method, $url, $flags, $fields, $content] = explode("\t", rtrim($line, "\n"));
    $head = [];
    $sent = array_filter(explode("\n", decoded($fields)));
    curl_reset($handle);
    $options = [
        CURLOPT_URL => $url, CURLOPT_CUSTOMREQUEST => $method, CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 10,
        CURLOPT_NOBODY => $method === 'HEAD',
        CURLOPT_HEADERFUNCTION => function ($handle, $field) use (&$head) {
            if (str_starts_with($field, 'HTTP/')) $head = [];
            elseif (trim($field) !== '') $head[] = trim($field);
            return strlen($field);
        },
    ];
    if (str_contains($flags, 'gzip')) $options[CURLOPT_ENCODING] = '';
    if (str_contains($flags, 'expect')) {
        $sent[] = 'Expect: 100-continue';
        $options[CURLOPT_EXPECT_100_TIMEOUT_MS ?? 227] = 60000;
    }
    if ($content !== '-') {
        if (str_contains($flags, 'chunked')) {
            $rest = decoded($content);
            $sent[] = 'Transfer-Encoding: chunked';
            $options[CURLOPT_UPLOAD] = true;
            $options[CURLOPT_READFUNCTION] = function ($handle, $stream, $length) use (&$rest) {
                $piece = substr($rest, 0, min($length, 1000));
                $rest = substr($rest, strlen($piece));
                return $piece;
            };
        } else {
            $options[CURLOPT_POSTFIELDS] = decoded($content);
        }
    }
    curl_setopt_array($handle, $options + [CURLOPT_HTTPHEADER => $sent]);
    $body = curl_exec($handle);
    if ($body === false) {
        echo "ERROR\t", curl_error($handle), "\n";
        continue;
    }
    echo curl_getinfo($handle, CURLINFO_RESPONSE_CODE), "\t", encoded(implode("\n", $head)), "\t", encoded($body), "\n";
}
