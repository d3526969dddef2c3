package reconcile

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"

	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/component-base/featuregate"
	"k8s.io/klog/v2"
)

// Run is `conformance reconcile`: write the records of seeded scenarios, or judge the steps read from stdin.
func Run(args []string) error {
	flags := flag.NewFlagSet("reconcile", flag.ExitOnError)
	seed := flags.Int64("seed", 1, "seed of the scenarios")
	steps := flags.Int("steps", 6000, "how many steps to record")
	gate := flags.String("gate", "off", "MaxUnavailableStatefulSet: on or off")
	recreate := flags.Bool("recreate", false, "turn StatefulSetRecreateStrategy on (1.37)")
	judge := flags.Bool("judge", false, "read records from stdin, and answer each with what the controller does")
	if err := flags.Parse(args); err != nil {
		return err
	}
	klog.SetLogger(klog.Logger{}) // the controller's log is not part of the record
	if err := setGate("MaxUnavailableStatefulSet", *gate == "on"); err != nil {
		return err
	}
	if *recreate {
		if err := setGate("StatefulSetRecreateStrategy", true); err != nil {
			return err
		}
	}
	if err := learn(); err != nil {
		return err
	}
	out := bufio.NewWriterSize(os.Stdout, 1<<16)
	defer func() { _ = out.Flush() }()
	if *judge {
		return answer(os.Stdin, out)
	}
	return generate(out, *seed, *steps, *recreate)
}

func setGate(name string, on bool) error {
	gates := utilfeature.DefaultMutableFeatureGate
	if _, known := gates.GetAll()[featuregate.Feature(name)]; !known {
		return fmt.Errorf("this version has no feature gate %s", name)
	}
	return gates.Set(fmt.Sprintf("%s=%t", name, on))
}

// generate writes the steps of one scenario after another. Every step starts from its own line, so that each line
// stands alone; a line that came up before is not asked again.
func generate(out io.Writer, seed int64, steps int, recreate bool) error {
	type memory struct {
		line  []byte
		after record
	}
	asked := map[record]memory{}
	for number := int64(0); steps > 0; number++ {
		s := newScenario(seed, number, recreate)
		for i := 0; i < stepsPerScenario && steps > 0; i++ {
			if i > 0 {
				s.advance()
			}
			question := s.seen()
			known, ok := asked[question]
			if !ok {
				w, err := worldOf(question)
				if err != nil {
					return err
				}
				r := question
				r.outcome = w.step()
				w.refused = nil
				known.after = w.seen()
				if known.line, err = encode(r); err != nil {
					return err
				}
				asked[question] = known
			}
			if _, err := out.Write(known.line); err != nil {
				return err
			}
			next, err := worldOf(known.after)
			if err != nil {
				return err
			}
			s.world = next
			steps--
		}
	}
	return nil
}

func encode(r record) ([]byte, error) {
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(r)
	return line.Bytes(), err
}

// answer judges one record a line, so that a failing step can be made smaller.
func answer(in io.Reader, out *bufio.Writer) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var asked record
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			return err
		}
		w, err := worldOf(asked)
		if err != nil {
			return err
		}
		asked = w.seen()
		asked.outcome = w.step()
		line, err := encode(asked)
		if err != nil {
			return err
		}
		if _, err := out.Write(line); err != nil {
			return err
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
	return lines.Err()
}
