// Go's own mux: `go run . TREES.json`. Each tree of routes answers under its own host name.
package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
)

func muxOf(templates []string) *http.ServeMux {
	mux := http.NewServeMux()
	for _, template := range templates {
		mux.HandleFunc("GET "+strings.Replace(template, "+}", "...}", 1),
			func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, template) })
	}
	return mux
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	var trees [][]string
	if err := json.Unmarshal(text, &trees); err != nil {
		panic(err)
	}
	muxes := make([]*http.ServeMux, len(trees))
	for i, templates := range trees {
		muxes[i] = muxOf(templates)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println("PORT", listener.Addr().(*net.TCPAddr).Port)
	panic(http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tree, err := strconv.Atoi(r.Host[1:])
		if err != nil {
			panic(err)
		}
		muxes[tree].ServeHTTP(w, r)
	})))
}
