package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sort"
)

const head = `// Written by conformance/schema/generate.sh from the Go types of k8s.io/api v0.33.13, v0.34.4, v0.35.4, v0.36.3 and v0.37.0.

use super::Shape::{Any, Bool, Bytes, Int32, Int64, IntOrString, List, Map, Quantity, String, Struct, Time};
use super::{Field, Kind, Type};

`

// row is a type that all minors share, or a variant of one that differs between them.
type row struct {
	key    string
	name   string
	shape  string
	of     string
	fields map[string]*field
}

// field is what a struct calls something, with the minors in which it does, oldest in the lowest bit.
type field struct {
	Member
	name string
	mask uint
}

func writeTables(out io.Writer, paths []string) error {
	rows := map[string]*row{}
	roots := map[string]string{}
	for bit, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var all Types
		if err := json.Unmarshal(text, &all); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		for name, key := range all.Kinds {
			roots[name] = key
		}
		for key, made := range all.Types {
			if err := merge(rows, key, made, bit); err != nil {
				return err
			}
		}
	}
	keys := sorted(rows)
	number := map[string]int{}
	for at, key := range keys {
		number[key] = at
	}
	fmt.Fprint(out, head)
	fmt.Fprint(out, "#[rustfmt::skip]\npub(super) static KINDS: &[Kind] = &[\n")
	for _, name := range sorted(roots) {
		var apiVersion, kind string
		fmt.Sscan(name, &apiVersion, &kind)
		fmt.Fprintf(out, "    Kind { api_version: %q, name: %q, of: %d },\n", apiVersion, kind, number[roots[name]])
	}
	fmt.Fprint(out, "];\n\n#[rustfmt::skip]\npub(super) static TYPES: &[Type] = &[\n")
	every := uint(1)<<len(paths) - 1
	for at, key := range keys {
		r := rows[key]
		shape := r.shape
		switch shape {
		case "List", "Map":
			shape = fmt.Sprintf("%s(%d)", shape, number[r.of])
		case "Struct":
			shape = "Struct(&[\n"
			fields := make([]*field, 0, len(r.fields))
			for _, f := range r.fields {
				fields = append(fields, f)
			}
			sort.Slice(fields, func(i, j int) bool {
				if fields[i].name != fields[j].name {
					return fields[i].name < fields[j].name
				}
				if fields[i].Of != fields[j].Of {
					return fields[i].Of < fields[j].Of
				}
				return fields[i].mask < fields[j].mask
			})
			for _, f := range fields {
				shape += fmt.Sprintf("        Field::new(%q, %d)", f.name, number[f.Of])
				if f.mask != every {
					shape += fmt.Sprintf(".only(0b%0*b)", len(paths), f.mask)
				}
				if f.Within != "" {
					shape += fmt.Sprintf(".within(%q)", f.Within)
				}
				if f.Pointer {
					shape += ".pointer()"
				}
				if f.Kept {
					shape += ".kept()"
				}
				if f.UnlessZero {
					shape += ".unless_zero()"
				}
				shape += ",\n"
			}
			shape += "    ])"
		}
		fmt.Fprintf(out, "    /* %d */ Type { name: %q, shape: %s },\n", at, r.name, shape)
	}
	_, err := fmt.Fprint(out, "];\n")
	return err
}

func merge(rows map[string]*row, key string, made Type, bit int) error {
	r := rows[key]
	if r == nil {
		r = &row{key: key, name: made.Name, shape: made.Shape, of: made.Of, fields: map[string]*field{}}
		rows[key] = r
	}
	if r.name != made.Name || r.shape != made.Shape || r.of != made.Of {
		return fmt.Errorf("%s is not the same in all minors", key)
	}
	for name, member := range made.Fields {
		variant := fmt.Sprint(name, member)
		f := r.fields[variant]
		if f == nil {
			f = &field{name: name, Member: member}
			r.fields[variant] = f
		}
		f.mask |= 1 << bit
	}
	return nil
}
