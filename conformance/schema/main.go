// Command schema writes what Kubernetes' decoder knows of the kinds that stslint checks, and asks it about manifests.
//
//	schema types          the types of one minor version, as JSON; `-modfile=k33.mod` chooses the version
//	schema tables FILE…   src/schema/tables.rs from the types of all minors, oldest first
//	schema decode FILE…   what the API server says to each document of the files when it decodes it strictly
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) < 2 {
		fail("which of types, tables and decode?")
	}
	var err error
	switch os.Args[1] {
	case "types":
		err = writeTypes(os.Stdout)
	case "tables":
		err = writeTables(os.Stdout, os.Args[2:])
	case "decode":
		err = decodeFiles(os.Stdout, os.Args[2:])
	default:
		fail("which of types, tables and decode?")
	}
	if err != nil {
		fail(err)
	}
}

func fail(why any) {
	fmt.Fprintln(os.Stderr, "schema:", why)
	os.Exit(1)
}
