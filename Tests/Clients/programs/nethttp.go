// Go's net/http, whose transport takes compressed answers and decodes them unseen.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"
	"time"
)

func decoded(part string) []byte {
	content, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(part, "-"))
	return content
}

func encoded(part []byte) string {
	if len(part) == 0 {
		return "-"
	}
	return base64.StdEncoding.EncodeToString(part)
}

func send(client *http.Client, line string) (string, error) {
	ask := strings.Split(line, "\t")
	var content io.Reader
	if ask[4] != "-" {
		content = bytes.NewReader(decoded(ask[4]))
	}
	if strings.Contains(ask[2], "chunked") {
		content = struct{ io.Reader }{content} // of no known length
	}
	request, err := http.NewRequest(ask[0], ask[1], content)
	if err != nil {
		return "", err
	}
	for _, field := range strings.Split(string(decoded(ask[3])), "\n") {
		if name, value, found := strings.Cut(field, ": "); found {
			request.Header.Set(name, value)
		}
	}
	if strings.Contains(ask[2], "expect") {
		request.Header.Set("Expect", "100-continue")
	}
	answer, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	var fields []string
	for name, values := range answer.Header {
		fields = append(fields, name+": "+values[0])
	}
	if answer.ContentLength >= 0 && answer.Header.Get("Content-Length") == "" {
		fields = append(fields, fmt.Sprintf("Content-Length: %d", answer.ContentLength))
	}
	return fmt.Sprintf("%d\t%s\t%s", answer.StatusCode, encoded([]byte(strings.Join(fields, "\n"))), encoded(body)), err
}

func main() {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.ExpectContinueTimeout = time.Minute
	client := &http.Client{Transport: transport, Timeout: 10 * time.Second}
	fmt.Printf("%s\t-\n", strings.TrimPrefix(runtime.Version(), "go"))
	input := bufio.NewReader(os.Stdin)
	for {
		line, err := input.ReadString('\n')
		if err != nil {
			return
		}
		answer, err := send(client, strings.TrimSuffix(line, "\n"))
		if err != nil {
			answer = "ERROR\t" + err.Error()
		}
		fmt.Println(answer)
	}
}
