// Command admission asks the code of the API server what it says about objects, and of the pods of a StatefulSet.
//
//	admission create FILE         what it answers when each document of the file is created, one line of JSON each
//	admission update OLD NEW      what it answers when the one replaces the other
//	admission pods FILE           what it answers when the controller creates the first pod of each StatefulSet, or else the last
//	admission revision FILE       the name and the data of the revision that the controller records for each StatefulSet
//	admission mutants SEED COUNT  questions: the written ones, and about so many made of base objects with that seed
//	admission answers             what this version answers to questions from the standard input
//	admission sets                the StatefulSets with edited templates that questions from the standard input are about
//	admission names               the names of the first revisions of StatefulSets from the standard input
//	admission golden FILE…        golden records from a file of questions and files of answers, each named for its minor: `answers-33`
//	admission corpus FOLDER       what it answers to each object in the manifests of a folder
//
// A file of `-` is the standard input. `-modfile=k33.mod -tags k33` chooses the minor version.
package main

import (
	"fmt"
	"os"
	"strconv"
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
	case len(args) == 3 && args[0] == "mutants":
		return writeSeeded(args[1], args[2])
	case len(args) == 1 && args[0] == "answers":
		return writeAnswers(os.Stdout, os.Stdin)
	case len(args) == 1 && args[0] == "sets":
		return writeSets(os.Stdout, os.Stdin)
	case len(args) == 1 && args[0] == "names":
		return writeNames(os.Stdout, os.Stdin)
	case len(args) == 2 && args[0] == "corpus":
		return writeCorpus(os.Stdout, args[1])
	case len(args) > 2 && args[0] == "golden":
		return writeGolden(os.Stdout, args[1], args[2:])
	default:
		return fmt.Errorf("which of create, update, pods, revision, mutants, answers, sets, names and golden?")
	}
}

func writeSeeded(seed, count string) error {
	number, err := strconv.ParseInt(seed, 10, 64)
	if err != nil {
		return err
	}
	many, err := strconv.Atoi(count)
	if err != nil {
		return err
	}
	return writeMutants(os.Stdout, number, many)
}
