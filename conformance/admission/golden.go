package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// The golden file is made of lines of JSON: the bases, the table of faults, the table of warnings, and then a record for
// each question.

// entry is a question and what the versions answer.
type entry struct {
	mutant
	Answers []reply `json:"answers"`
}

// reply is what the versions of a mask answer, the lowest bit the oldest: faults and warnings by their number in the
// tables.
type reply struct {
	Mask     int    `json:"m"`
	Faults   []int  `json:"f,omitempty"`
	Warnings []int  `json:"w,omitempty"`
	Stored   string `json:"s,omitempty"`
	Refused  bool   `json:"r,omitempty"`
}

// table numbers values in the order in which they come up.
type table[T comparable] struct {
	values  []T
	numbers map[T]int
}

func (t *table[T]) number(value T) int {
	if t.numbers == nil {
		t.numbers = map[T]int{}
	}
	number, known := t.numbers[value]
	if !known {
		number = len(t.values)
		t.numbers[value] = number
		t.values = append(t.values, value)
	}
	return number
}

func numbers[T comparable](t *table[T], values []T) []int {
	var all []int
	for _, value := range values {
		all = append(all, t.number(value))
	}
	return all
}

// oldest is the minor version of the lowest bit of a mask.
const oldest = 33

// bitOf is the bit in a mask that stands for the minor version that a file of answers is named for.
func bitOf(path string) (int, error) {
	_, minor, _ := strings.Cut(filepath.Base(path), "-")
	number, err := strconv.Atoi(minor)
	if err != nil || number < oldest {
		return 0, fmt.Errorf("%s is not named for a minor version", path)
	}
	return 1 << (number - oldest), nil
}

// writeGolden joins questions with the answers of versions.
func writeGolden(out io.Writer, questions string, answers []string) error {
	asked, err := linesOf(questions)
	if err != nil {
		return err
	}
	columns, bits := make([][]string, len(answers)), make([]int, len(answers))
	for at, path := range answers {
		if bits[at], err = bitOf(path); err != nil {
			return err
		}
		if columns[at], err = linesOf(path); err != nil {
			return err
		}
		if len(columns[at])+1 != len(asked) {
			return fmt.Errorf("%s has %d answers to %d questions", path, len(columns[at]), len(asked)-1)
		}
	}
	var faults table[fault]
	var warnings table[string]
	var records []entry
	for row, text := range asked[1:] {
		var one entry
		if err := decodeNumbers([]byte(text), &one.mutant); err != nil {
			return err
		}
		for at, column := range columns {
			earlier := slices.IndexFunc(columns[:at], func(other []string) bool { return other[row] == column[row] })
			if earlier >= 0 {
				for reply := range one.Answers {
					if one.Answers[reply].Mask&bits[earlier] != 0 {
						one.Answers[reply].Mask |= bits[at]
					}
				}
				continue
			}
			var answer said
			if err := json.Unmarshal([]byte(column[row]), &answer); err != nil {
				return err
			}
			if answer.Unasked {
				continue
			}
			one.Answers = append(one.Answers, reply{
				bits[at], numbers(&faults, answer.Faults), numbers(&warnings, answer.Warnings), answer.Stored, answer.Refused,
			})
		}
		records = append(records, one)
	}
	buffered := bufio.NewWriter(out)
	defer func() { _ = buffered.Flush() }()
	fmt.Fprintln(buffered, asked[0])
	rows := make([][]string, len(faults.values))
	for at, one := range faults.values {
		rows[at] = []string{one.Field, one.Type, one.Message}
	}
	for _, line := range []any{rows, warnings.values} {
		if err := tell(buffered, line); err != nil {
			return err
		}
	}
	for _, one := range records {
		if err := tell(buffered, one); err != nil {
			return err
		}
	}
	return nil
}

func linesOf(path string) ([]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	var all []string
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<26)
	for lines.Scan() {
		all = append(all, lines.Text())
	}
	return all, lines.Err()
}
