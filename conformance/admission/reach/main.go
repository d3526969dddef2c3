// Command reach says which of the errors that Kubernetes' validation can make came up in a run.
//
//	reach PROFILE KUBERNETES [UNREACHED]
//
// PROFILE is a profile of coverage in the text format, KUBERNETES the folder of the module. Counted are the calls of
// `field.Invalid` and its like in functions that the validation of the judged kinds can call, as far as names tell.
// UNREACHED is a list of those that are known not to come up, indented, below the reasons why; any other difference from
// it than none is an error.
package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// packages whose errors are counted.
var packages = []string{
	"pkg/apis/core/validation", "pkg/apis/apps/validation", "pkg/apis/policy/validation", "pkg/apis/storage/validation",
}

// roots are what the strategies of the judged kinds call.
var roots = []string{
	"ValidateStatefulSet", "ValidateStatefulSetUpdate", "ValidateServiceCreate", "ValidateServiceUpdate", "ValidatePersistentVolumeClaim",
	"ValidatePersistentVolumeClaimUpdate", "ValidatePodCreate", "ValidatePodDisruptionBudget", "ValidatePodDisruptionBudgetUpdate",
	"ValidateStorageClass", "ValidateStorageClassUpdate",
}

// makers of errors, in the package `field`.
var makers = []string{"Invalid", "Required", "NotSupported", "Duplicate", "Forbidden", "TooLong", "TooLongMaxLength", "TooMany", "NotFound", "TypeInvalid", "InternalError"}

// call is the place where an error is made.
type call struct {
	file, function, text string
	line, column         int
}

// function is what a function makes and what it names.
type function struct {
	calls []call
	names map[string]bool
}

func main() {
	if len(os.Args) < 3 || len(os.Args) > 4 {
		fmt.Fprintln(os.Stderr, "usage: reach PROFILE KUBERNETES [UNREACHED]")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		fmt.Fprintln(os.Stderr, "reach:", err)
		os.Exit(1)
	}
}

func run(profile, kubernetes string, lists []string) error {
	functions := map[string]*function{}
	for _, folder := range packages {
		if err := learn(functions, kubernetes, folder); err != nil {
			return err
		}
	}
	blocks, err := covered(profile)
	if err != nil {
		return err
	}
	var missed []string
	unreached := map[string]bool{}
	total := 0
	for _, name := range reachable(functions) {
		for _, one := range functions[name].calls {
			total++
			if !slices.ContainsFunc(blocks[one.file], func(b block) bool { return b.holds(one.line, one.column) }) {
				told := fmt.Sprintf("%s: %s", one.function, strings.Join(strings.Fields(one.text), " "))
				unreached[told] = true
				missed = append(missed, fmt.Sprintf("%s:%d %s", one.file, one.line, told))
			}
		}
	}
	slices.Sort(missed)
	for _, line := range missed {
		fmt.Println(line)
	}
	fmt.Printf("%d of %d errors came up\n", total-len(missed), total)
	for _, list := range lists {
		if err := hold(list, unreached); err != nil {
			return err
		}
	}
	return nil
}

// hold compares the errors that did not come up with those that a list has reasons for.
func hold(list string, unreached map[string]bool) error {
	text, err := os.ReadFile(list)
	if err != nil {
		return err
	}
	var wrong []string
	listed := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		told, indented := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "    ")
		if !indented {
			continue
		}
		listed[told] = true
		if !unreached[told] {
			wrong = append(wrong, "comes up: "+told)
		}
	}
	for told := range unreached {
		if !listed[told] {
			wrong = append(wrong, "does not come up: "+told)
		}
	}
	slices.Sort(wrong)
	if len(wrong) > 0 {
		return fmt.Errorf("%s does not hold:\n%s", list, strings.Join(wrong, "\n"))
	}
	return nil
}

// learn reads the functions of a package.
func learn(functions map[string]*function, kubernetes, folder string) error {
	files := token.NewFileSet()
	paths, err := filepath.Glob(filepath.Join(kubernetes, folder, "*.go"))
	if err != nil {
		return err
	}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(files, path, text, 0)
		if err != nil {
			return err
		}
		for _, declared := range file.Decls {
			name := "variables of " + folder
			if of, is := declared.(*ast.FuncDecl); is {
				name = of.Name.Name
			}
			if functions[name] == nil {
				functions[name] = &function{names: map[string]bool{}}
			}
			functions[name].inspect(name, filepath.Join("k8s.io/kubernetes", folder, filepath.Base(path)), declared, files, text)
		}
	}
	return nil
}

func (f *function) inspect(name, file string, declared ast.Decl, files *token.FileSet, text []byte) {
	ast.Inspect(declared, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.Ident:
			f.names[node.Name] = true
		case *ast.CallExpr:
			selector, is := node.Fun.(*ast.SelectorExpr)
			if !is {
				return true
			}
			of, is := selector.X.(*ast.Ident)
			if is && of.Name == "field" && slices.Contains(makers, selector.Sel.Name) {
				from, to := files.Position(node.Pos()), files.Position(node.End())
				f.calls = append(f.calls, call{file, name, string(text[from.Offset:to.Offset]), from.Line, from.Column})
			}
		}
		return true
	})
}

// reachable are the functions that the roots name, and that those name.
func reachable(functions map[string]*function) []string {
	seen := map[string]bool{}
	queue := slices.Clone(roots)
	for len(queue) > 0 {
		name := queue[0]
		queue = queue[1:]
		if seen[name] || functions[name] == nil {
			continue
		}
		seen[name] = true
		for named := range functions[name].names {
			queue = append(queue, named)
		}
	}
	var all []string
	for name := range seen {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

// block is a range of statements that were run.
type block struct{ fromLine, fromColumn, toLine, toColumn int }

func (b block) holds(line, column int) bool {
	after := line > b.fromLine || line == b.fromLine && column >= b.fromColumn
	return after && (line < b.toLine || line == b.toLine && column <= b.toColumn)
}

// covered reads the blocks that were run from a profile, by file.
func covered(profile string) (map[string][]block, error) {
	file, err := os.Open(profile)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	blocks := map[string][]block{}
	lines := bufio.NewScanner(file)
	lines.Scan()
	for lines.Scan() {
		path, rest, _ := strings.Cut(lines.Text(), ":")
		var one block
		var statements, count int
		if _, err := fmt.Sscanf(rest, "%d.%d,%d.%d %d %d", &one.fromLine, &one.fromColumn, &one.toLine, &one.toColumn, &statements, &count); err != nil {
			return nil, err
		}
		if count > 0 {
			blocks[path] = append(blocks[path], one)
		}
	}
	return blocks, lines.Err()
}
