// Go's net/http: a number and no reason.
package main

import (
	"io"
	"net/http"
	"time"
)

var codes = map[string]int{"/unnamed": 299, "/999": 999, "/204": 204, "/418": 418, "/599": 599}

func app(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/early":
		w.Header().Set("Link", "</style.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
	case "/processing":
		w.WriteHeader(http.StatusProcessing)
	case "/error":
		http.Error(w, "no", http.StatusTeapot)
		return
	}
	io.Copy(io.Discard, r.Body)
	code, known := codes[r.URL.Path]
	if !known {
		code = 200
	}
	w.WriteHeader(code)
	if code != 204 {
		io.WriteString(w, "go\n")
	}
}

func main() {
	http.HandleFunc("/", app)
	http.Handle("/static/", http.StripPrefix("/static", http.FileServer(http.Dir("/srv/www"))))
	server := &http.Server{Addr: "127.0.0.1:8080", ReadHeaderTimeout: time.Second, MaxHeaderBytes: 8192}
	server.ListenAndServe()
}
