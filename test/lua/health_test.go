package luahealth

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"strconv"
	"testing"
	"time"

	"github.com/argoproj/argo-cd/v3/resource_customizations"
	"sigs.k8s.io/yaml"
)

var kinds = []string{"Rollout", "AnalysisRun", "Experiment"}

const oursRoot = "../../lua-health"

type healthTest struct {
	InputPath    string  `json:"inputPath"`
	HealthStatus verdict `json:"healthStatus"`
}

func TestTheSandboxIsClosedUnlessLibrariesAreOpen(t *testing.T) {
	for _, call := range []string{`string.len("x")`, `("x"):len()`, `math.floor(1)`, `os.getenv("x")`, `io.type(1)`} {
		script := "local _ = " + call + ` return { status = "Healthy" }`
		if _, err := runScript(script, map[string]any{}, false); err == nil {
			t.Errorf("%s works with closed libraries", call)
		}
		if _, err := runScript(script, map[string]any{}, true); err != nil {
			t.Errorf("%s fails with open libraries: %v", call, err)
		}
	}
}

func TestNumbersPrintAndReadAsTheTypeScriptHarnessExpects(t *testing.T) {
	script := `local text = "" for i = 1, #obj do text = text .. tostring(tonumber(obj[i])) .. " " end return { status = "Healthy", message = text }`
	numbers := []any{"5", "5.0", " 5", "05", "1e3", "0x5", "inf", "", "9007199254740993"}
	got, err := runScript(script, numbers, false)
	if want := "5 5 5 5 nil 5 nil nil 9007199254740992 "; err != nil || got.Message != want {
		t.Errorf("got %q %v, want %q", got.Message, err, want)
	}
}

func TestOurScriptsPassTheirCasesWithClosedAndOpenLibraries(t *testing.T) {
	ours := os.DirFS(oursRoot)
	for _, kind := range kinds {
		script := readScript(t, ours, kind)
		for _, test := range readTests(t, ours, kind) {
			object := readObject(t, ours, kind, test.InputPath)
			for _, openLibs := range []bool{false, true} {
				got, err := runScript(script, object, openLibs)
				if err != nil || got != test.HealthStatus {
					t.Errorf("%s %s (open libraries: %t):\n got %+v %v\nwant %+v", kind, test.InputPath, openLibs, got, err, test.HealthStatus)
				}
			}
		}
	}
}

// Upstream's script passing upstream's cases proves that this sandbox is Argo CD's.
func TestOurStatusIsUpstreamsOnUpstreamsCases(t *testing.T) {
	ours, upstream := os.DirFS(oursRoot), resource_customizations.Embedded
	for _, kind := range kinds {
		script, upstreamScript := readScript(t, ours, kind), readScript(t, upstream, kind)
		tests := readTests(t, upstream, kind)
		for _, test := range tests {
			object := readObject(t, upstream, kind, test.InputPath)
			theirs, err := runScript(upstreamScript, object, true)
			if err != nil || theirs != test.HealthStatus {
				t.Fatalf("%s %s: upstream's script says %+v %v, its test wants %+v", kind, test.InputPath, theirs, err, test.HealthStatus)
			}
			got, err := runScript(script, object, false)
			if err != nil || got.Status != theirs.Status {
				t.Errorf("%s %s: ours says %+v %v, upstream %+v", kind, test.InputPath, got, err, theirs)
			}
		}
		t.Logf("%s: same status in all %d cases of upstream", kind, len(tests))
	}
}

// corpusLine is an object with the verdict that src/domain/health/health.ts reached.
type corpusLine struct {
	Kind    string          `json:"kind"`
	Origin  string          `json:"origin"`
	Object  json.RawMessage `json:"object"`
	Verdict verdict         `json:"verdict"`
}

func TestCorpus(t *testing.T) {
	file := os.Getenv("KEDGE_HEALTH_CORPUS")
	if file == "" {
		t.Skip("KEDGE_HEALTH_CORPUS names no file; npm run test:gopher-lua writes one")
	}
	timeLimit = time.Minute
	defer func() { timeLimit = time.Second }()
	ours, upstream := map[string]string{}, map[string]string{}
	quick := map[string]func(any) (verdict, error){}
	for _, kind := range kinds {
		ours[kind] = readScript(t, os.DirFS(oursRoot), kind)
		upstream[kind] = readScript(t, resource_customizations.Embedded, kind)
		run, err := quickly(ours[kind])
		if err != nil {
			t.Fatal(err)
		}
		quick[kind] = run
	}
	objects, reasons := map[string]int{}, map[string]int{}
	every := sampleEvery()
	eachLine(t, file, func(line corpusLine) {
		objects[line.Origin]++
		object := decodeLikeKubernetes(t, line.Object)
		if got, err := quick[line.Kind](object); err != nil || got != line.Verdict {
			t.Fatalf("gopher-lua says %+v %v\nTypeScript says %+v\nof %s %s", got, err, line.Verdict, line.Kind, line.Object)
		}
		if line.Origin == "generated" && objects[line.Origin]%every != 0 {
			return
		}
		closed, err := runScript(ours[line.Kind], object, false)
		if err != nil || closed != line.Verdict {
			t.Fatalf("in Argo CD's set-up %+v %v\nTypeScript says %+v\nof %s %s", closed, err, line.Verdict, line.Kind, line.Object)
		}
		if open, err := runScript(ours[line.Kind], object, true); err != nil || open != closed {
			t.Fatalf("with open libraries %+v %v\nwith closed libraries %+v\nof %s %s", open, err, closed, line.Kind, line.Object)
		}
		theirs, err := runScript(upstream[line.Kind], object, true)
		if err == nil && theirs.Status == closed.Status {
			return
		}
		fieldsOfObject, _ := object.(map[string]any)
		reason := explain(subject{line.Kind, fieldsOfObject, closed, theirs, err})
		if reason == "" {
			t.Fatalf("ours says %+v\nupstream says %+v\nfor no documented reason, of %s %s", closed, theirs, line.Kind, line.Object)
		}
		reasons[reason]++
		if line.Origin == "recorded" && reason != "an empty or unknown phase" && reason != "a resuming Rollout reads Progressing, not Suspended" {
			t.Errorf("a recorded object differs because of: %s\n%s", reason, line.Object)
		}
	})
	t.Logf("objects: %v", objects)
	for _, difference := range differences {
		t.Logf("%6d x %s", reasons[difference.name], difference.name)
		if reasons[difference.name] == 0 {
			t.Errorf("the documented difference never occurs: %s", difference.name)
		}
	}
}

// sampleEvery says which of the generated objects are also run in Argo CD's own set-up, with open libraries and by upstream's
// script, which takes ten times as long: all unless told otherwise.
func sampleEvery() int {
	every, err := strconv.Atoi(os.Getenv("KEDGE_HEALTH_SAMPLE_EVERY"))
	if err != nil || every < 1 {
		return 1
	}
	return every
}

func eachLine(t *testing.T, file string, visit func(corpusLine)) {
	t.Helper()
	reader, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	scanner := bufio.NewScanner(reader)
	scanner.Buffer(nil, 16<<20)
	for scanner.Scan() {
		var line corpusLine
		if err := json.Unmarshal(scanner.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		visit(line)
	}
	if err := scanner.Err(); err != nil {
		t.Fatal(err)
	}
}

func readScript(t *testing.T, root fs.FS, kind string) string {
	t.Helper()
	return string(readFile(t, root, kind, "health.lua"))
}

func readTests(t *testing.T, root fs.FS, kind string) []healthTest {
	t.Helper()
	var suite struct {
		Tests []healthTest `json:"tests"`
	}
	if err := yaml.Unmarshal(readFile(t, root, kind, "health_test.yaml"), &suite); err != nil {
		t.Fatal(err)
	}
	if len(suite.Tests) == 0 {
		t.Fatalf("no cases for %s", kind)
	}
	return suite.Tests
}

func readObject(t *testing.T, root fs.FS, kind, inputPath string) any {
	t.Helper()
	document, err := yaml.YAMLToJSON(readFile(t, root, kind, inputPath))
	if err != nil {
		t.Fatal(err)
	}
	return decodeLikeKubernetes(t, document)
}

func readFile(t *testing.T, root fs.FS, kind, name string) []byte {
	t.Helper()
	content, err := fs.ReadFile(root, path.Join("argoproj.io", kind, name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// decodeLikeKubernetes reads whole numbers as int64 and all others as float64, like an unstructured object.
func decodeLikeKubernetes(t *testing.T, document []byte) any {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return withoutJSONNumbers(value)
}

func withoutJSONNumbers(value any) any {
	switch typed := value.(type) {
	case json.Number:
		if whole, err := typed.Int64(); err == nil {
			return whole
		}
		float, _ := typed.Float64()
		return float
	case []any:
		for i, item := range typed {
			typed[i] = withoutJSONNumbers(item)
		}
	case map[string]any:
		for name, item := range typed {
			typed[name] = withoutJSONNumbers(item)
		}
	}
	return value
}
