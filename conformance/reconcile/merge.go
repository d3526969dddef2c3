package reconcile

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// Merge is `conformance reconcile-merge FOLDER OUT`: it joins the records of all versions into one file, in which
// every distinct line stands once, behind the mask of the versions that gave it.
func Merge(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("usage: reconcile-merge FOLDER OUT")
	}
	files, err := filepath.Glob(filepath.Join(args[0], "*.jsonl"))
	if err != nil {
		return err
	}
	sort.Strings(files)
	masks := map[string]uint{}
	var header []string
	for bit, file := range files {
		steps, err := mark(masks, file, uint(1)<<bit)
		if err != nil {
			return err
		}
		name := strings.TrimSuffix(filepath.Base(file), ".jsonl")
		header = append(header, fmt.Sprintf("# %s %d", name, steps))
	}
	lines := make([]string, 0, len(masks))
	for line, mask := range masks {
		lines = append(lines, fmt.Sprintf("%x %s", mask, line))
	}
	sort.Slice(lines, func(i, j int) bool { return after(lines[i]) < after(lines[j]) })
	return write(args[1], append(header, lines...))
}

func after(line string) string {
	_, rest, _ := strings.Cut(line, " ")
	return rest
}

func mark(masks map[string]uint, file string, bit uint) (int, error) {
	in, err := os.Open(file)
	if err != nil {
		return 0, err
	}
	defer func() { _ = in.Close() }()
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	steps := 0
	for lines.Scan() {
		masks[lines.Text()] |= bit
		steps++
	}
	return steps, lines.Err()
}

func write(file string, lines []string) error {
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	packed, err := gzip.NewWriterLevel(out, gzip.BestCompression)
	if err != nil {
		return err
	}
	for _, line := range lines {
		if _, err := fmt.Fprintln(packed, line); err != nil {
			return err
		}
	}
	if err := packed.Close(); err != nil {
		return err
	}
	return out.Close()
}
