package main

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand"
	"reflect"
	"slices"

	"sigs.k8s.io/yaml"
)

//go:embed bases.yaml
var basesText []byte

//go:embed vocabulary.yaml
var vocabularyText []byte

//go:embed cases.yaml
var casesText []byte

// base is an object that mutants are made of.
type base struct {
	Name   string `json:"name"`
	Object any    `json:"object"`
}

func (b base) kind() string {
	kind, _ := b.Object.(map[string]any)["kind"].(string)
	return kind
}

// mutant is one question: an object, made of a base, and what is asked of it.
type mutant struct {
	Name string `json:"name,omitempty"`
	Area string `json:"area"`
	// Op is create, update or pods.
	Op    string `json:"op"`
	Base  int    `json:"base"`
	Edits []edit `json:"edits"`
	// Old are the edits of the object that is replaced.
	Old []edit `json:"old,omitempty"`
	// Gates are the feature gates that the question sets.
	Gates map[string]bool `json:"gates,omitempty"`
}

func read(text []byte, into any) error {
	plain, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		return err
	}
	return decodeNumbers(plain, into)
}

func loadBases() ([]base, error) {
	var bases []base
	err := read(basesText, &bases)
	for at := range bases {
		bases[at].Object = expand(bases[at].Object)
	}
	return bases, err
}

func loadVocabulary() (vocabulary, error) {
	var words vocabulary
	if err := read(vocabularyText, &words); err != nil {
		return words, err
	}
	for _, list := range [][]any{words.Text, words.Numbers, words.Quantities, words.IntOrText} {
		expand(list)
	}
	for _, values := range words.Fields {
		expand(values)
	}
	for _, place := range words.Places {
		expand(place.Values)
	}
	return words, nil
}

// loadCases reads the questions written by hand.
func loadCases(bases []base) ([]mutant, error) {
	var cases []struct {
		Name  string `json:"name"`
		Op    string `json:"op"`
		Base  string `json:"base"`
		Edits []edit `json:"edits"`
		Old   []edit `json:"old"`
	}
	if err := read(casesText, &cases); err != nil {
		return nil, err
	}
	var all []mutant
	for _, one := range cases {
		at := slices.IndexFunc(bases, func(base base) bool { return base.Name == one.Base })
		if at < 0 {
			return nil, fmt.Errorf("%s: no base is called %q", one.Name, one.Base)
		}
		made := mutant{Name: one.Name, Area: "case", Op: one.Op, Base: at, Edits: one.Edits, Old: one.Old}
		if made.Op == "" {
			made.Op = "create"
		}
		for _, edits := range [][]edit{made.Edits, made.Old} {
			for at := range edits {
				edits[at].value = expand(edits[at].value)
			}
			if _, done := edited(bases[made.Base].Object, edits); len(done) != len(edits) {
				return nil, fmt.Errorf("%s: an edit cannot be made", one.Name)
			}
		}
		all = append(all, made)
	}
	return all, nil
}

// pool are the edits of one area: first those that each are made once and alone, then the others.
type pool struct {
	special, general []choice
	next             int
}

type choice struct {
	base int
	edit edit
}

func (p *pool) pick(random *rand.Rand) (choice, bool) {
	special := p.next < len(p.special)
	var picked choice
	if special {
		picked = p.special[p.next]
	} else if len(p.general) > 0 {
		picked = p.general[(p.next-len(p.special))%len(p.general)]
	} else {
		picked = p.special[random.Intn(len(p.special))]
	}
	p.next++
	return picked, special
}

// writer makes mutants of one seed.
type writer struct {
	random *rand.Rand
	bases  []base
	pools  map[string]*pool
	// byBase are all edits of one base, for second and third mutations.
	byBase [][]edit
	// telling are those of them that say something.
	telling [][]edit
	// statuses are what is said of the volumes of claims.
	statuses []any
	out      *json.Encoder
}

// writeMutants writes the bases, and then questions, one a line: the cases of a file, and about so many mutants.
func writeMutants(out io.Writer, seed int64, count int) error {
	buffered := bufio.NewWriter(out)
	defer func() { _ = buffered.Flush() }()
	bases, err := loadBases()
	if err != nil {
		return err
	}
	cases, err := loadCases(bases)
	if err != nil {
		return err
	}
	words, err := loadVocabulary()
	if err != nil {
		return err
	}
	w := &writer{random: rand.New(rand.NewSource(seed)), bases: bases, pools: map[string]*pool{}, statuses: words.Statuses, out: json.NewEncoder(buffered)}
	w.out.SetEscapeHTML(false)
	w.fill(words)
	if err := w.out.Encode(bases); err != nil {
		return err
	}
	for _, one := range cases {
		if err := w.out.Encode(one); err != nil {
			return err
		}
	}
	if err := w.write(count); err != nil {
		return err
	}
	return w.gated(seed)
}

// fill collects the edits of all bases.
func (w *writer) fill(words vocabulary) {
	classes := map[string]bool{}
	for at, base := range w.bases {
		m := mutators{
			vocabulary: words, base: base.Object, kind: base.kind(), classes: classes,
			first: map[string][]edit{}, found: map[string][]edit{}, seen: map[string]bool{},
		}
		m.place(base.Name)
		object, _ := base.Object.(map[string]any)
		for _, field := range fieldsOf(reflect.TypeOf(prototypes[m.kind])) {
			if !unmutated[field.name] {
				child, has := object[field.name]
				m.walk(field.of, "/"+field.name, child, has)
			}
		}
		var all []edit
		for _, area := range slices.Sorted(maps.Keys(m.first)) {
			all = append(all, m.first[area]...)
			w.poolOf(area).special = append(w.poolOf(area).special, choices(at, m.first[area])...)
		}
		for _, area := range slices.Sorted(maps.Keys(m.found)) {
			all = append(all, m.found[area]...)
			w.poolOf(area).general = append(w.poolOf(area).general, choices(at, m.found[area])...)
		}
		w.byBase = append(w.byBase, slices.DeleteFunc(all, large))
		w.telling = append(w.telling, slices.DeleteFunc(m.telling, large))
	}
	for _, area := range slices.Sorted(maps.Keys(w.pools)) {
		general := w.pools[area].general
		w.random.Shuffle(len(general), func(i, j int) { general[i], general[j] = general[j], general[i] })
	}
}

// large says of an edit that it would swell what it is repeated in.
func large(one edit) bool {
	text, err := one.MarshalJSON()
	return err != nil || len(text) > 10_000
}

func choices(base int, edits []edit) []choice {
	all := make([]choice, len(edits))
	for at, edit := range edits {
		all[at] = choice{base, edit}
	}
	return all
}

func (w *writer) poolOf(area string) *pool {
	if w.pools[area] == nil {
		w.pools[area] = &pool{}
	}
	return w.pools[area]
}
