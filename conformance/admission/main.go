// Command admission asks the code of the API server what it says about objects, and of the pods of a StatefulSet.
//
//	admission create FILE         what it answers when each document of the file is created, one line of JSON each
//	admission update OLD NEW      what it answers when the one replaces the other
//	admission pods FILE           what it answers when the controller creates the first pod of each StatefulSet
//	admission revision FILE       the name and the data of the revision that the controller records for each StatefulSet
//
// A file of `-` is the standard input. `-modfile=k33.mod -tags k33` chooses the minor version.
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "admission:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	prepare()
	switch {
	case len(args) == 2 && args[0] == "create":
		return eachDocument(args[1], func(text []byte) any { return create(text) })
	case len(args) == 3 && args[0] == "update":
		return updateFiles(args[1], args[2])
	case len(args) == 2 && args[0] == "pods":
		return eachSet(args[1], func(text []byte) any { return firstPod(text) })
	case len(args) == 2 && args[0] == "revision":
		return eachSet(args[1], func(text []byte) any { return revisionOf(text) })
	default:
		return fmt.Errorf("which of create, update, pods and revision?")
	}
}
