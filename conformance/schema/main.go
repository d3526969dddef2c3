// Command schema writes what Kubernetes' decoder knows of the kinds that stslint checks, and asks it about manifests.
//
//	schema types          the types of one minor version, as JSON; `-modfile=k33.mod` chooses the version
//	schema tables FILE…   src/schema/tables.rs from the types of all minors, oldest first
//	schema cases          objects in which one field has one value: every field, every kind of value
//	schema answers        what the decoder of that version says to objects from the standard input
//	schema records FILE…  golden records from a file of objects and one of answers for each minor, oldest first
//	schema decode FILE…   what the API server says to each document of the files when it decodes it strictly
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) < 2 {
		fail("which of types, tables, cases, answers, records and decode?")
	}
	var err error
	switch os.Args[1] {
	case "types":
		err = writeTypes(os.Stdout)
	case "tables":
		err = writeTables(os.Stdout, os.Args[2:])
	case "cases":
		err = writeCases(os.Stdout)
	case "answers":
		err = writeAnswers(os.Stdout, os.Stdin)
	case "records":
		err = writeRecords(os.Stdout, os.Args[2:])
	case "decode":
		err = decodeFiles(os.Stdout, os.Args[2:])
	default:
		fail("which of types, tables, cases, answers, records and decode?")
	}
	if err != nil {
		fail(err)
	}
}

func fail(why any) {
	fmt.Fprintln(os.Stderr, "schema:", why)
	os.Exit(1)
}
