package main

import (
	"math/rand/v2"
	"strings"
)

// scalars makes up plain scalars that may be numbers, as values and as keys, always the same.
func scalars() []string {
	random := rand.New(rand.NewPCG(1, 2))
	pieces := []string{
		"0", "1", "7", "8", "9", "00", "12", "255", "0x", "0X", "0o", "0b", "F", "e", "E", "e+", "e-", "_", "__", "-", "+", ".", ":",
		"inf", "nan", "NaN", "true", "y", "No", "off", "null", "~", "9223372036854775807", "18446744073709551615", "1e400", "5e-324",
	}
	texts := make([]string, 0, 1500)
	for len(texts) < cap(texts) {
		var scalar strings.Builder
		for range 1 + random.IntN(4) {
			scalar.WriteString(pieces[random.IntN(len(pieces))])
		}
		word := scalar.String()
		switch random.IntN(4) {
		case 0:
			texts = append(texts, word+": 1")
		case 1:
			tag := []string{"!!int", "!!float", "!!bool", "!!null", "!!str", "!own"}[random.IntN(6)]
			texts = append(texts, "a: "+tag+" "+word)
		default:
			texts = append(texts, "a: "+word)
		}
	}
	return texts
}
