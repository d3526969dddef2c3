package main

import (
	"bufio"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// found is an object of a folder of manifests, and what the API server answers to its creation.
type found struct {
	Path string `json:"path"`
	Kind string `json:"kind"`
	// Number counts the objects of that kind in the file.
	Number int  `json:"number"`
	Said   said `json:"said"`
}

// writeCorpus asks about every object below a folder whose kind the judge knows.
func writeCorpus(out io.Writer, folder string) error {
	buffered := bufio.NewWriter(out)
	defer func() { _ = buffered.Flush() }()
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(path)) {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		numbers := map[string]int{}
		// What cannot be read is no object: other tests count those.
		all, _ := objects(text)
		for _, object := range all {
			kind, err := kindOf(object)
			if err != nil || kind.Kind == "Pod" {
				continue
			}
			answered := create(object).said()
			answered.Faults = unordered(object, answered.Faults)
			one := found{relative, kind.Kind, numbers[kind.Kind], answered}
			numbers[kind.Kind]++
			if err := tell(buffered, one); err != nil {
				return err
			}
		}
		return nil
	})
}
