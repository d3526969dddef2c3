// Command conformance asks Kubernetes' own code what it does, and writes the answers down for the tests of stslint.
package main

import (
	"fmt"
	"os"

	"stslint.dev/conformance/reconcile"
)

var commands = map[string]func([]string) error{
	"reconcile":       reconcile.Run,
	"reconcile-merge": reconcile.Merge,
}

func main() {
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: conformance reconcile|reconcile-merge [flags]")
		os.Exit(2)
	}
	if err := commands[os.Args[1]](os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(1)
	}
}
