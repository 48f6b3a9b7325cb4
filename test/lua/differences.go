package luahealth

import (
	"math"
	"strconv"
	"strings"
)

// subject is one object with both answers about it: our script's and the one built into Argo CD.
type subject struct {
	kind        string
	object      map[string]any
	ours        verdict
	upstream    verdict
	upstreamErr error
}

// difference is a reason for another status than upstream's. docs/health.md lists the same reasons for people.
type difference struct {
	name    string
	applies func(subject) bool
}

// differences is the whole list: a status that differs for any other reason is a fault of ours.
var differences = []difference{
	{"upstream raises an error", func(s subject) bool { return s.upstreamErr != nil }},
	{"a resuming Rollout reads Progressing, not Suspended", isResuming},
	{"a generation of the workloadRef that cannot be read does not hold a Rollout in Progressing", isWorkloadUnreadable},
	{"an empty or unknown phase", isPhaseUnknown},
	{"a field of a type that the API server would refuse", isMalformed},
}

func explain(s subject) string {
	for _, difference := range differences {
		if difference.applies(s) {
			return difference.name
		}
	}
	return ""
}

func isResuming(s subject) bool {
	status := fields(s.object["status"])
	return s.kind == "Rollout" && status["phase"] == "Paused" && status["controllerPause"] == true &&
		len(entries(status["pauseConditions"])) == 0 && s.ours.Status == "Progressing" && s.upstream.Status == "Suspended"
}

func isWorkloadUnreadable(s subject) bool {
	if s.kind != "Rollout" || fields(s.object["spec"])["workloadRef"] == nil || s.upstream.Status != "Progressing" {
		return false
	}
	annotations := fields(fields(s.object["metadata"])["annotations"])
	observed := fields(s.object["status"])["workloadObservedGeneration"]
	return !isGeneration(annotations["rollout.argoproj.io/workload-generation"]) || !isGeneration(observed)
}

func isPhaseUnknown(s subject) bool {
	status, isObject := s.object["status"].(map[string]any)
	if !isObject {
		return false
	}
	phase, isText := status["phase"].(string)
	switch s.kind {
	case "Rollout":
		return isText && phase != "Healthy" && phase != "Degraded" && phase != "Progressing" && phase != "Paused"
	case "AnalysisRun":
		return phase != "Pending" && phase != "Running" && phase != "Successful" && phase != "Failed" && phase != "Error" && phase != "Inconclusive"
	default: // upstream's Experiment check does not know Inconclusive either
		return phase != "Pending" && phase != "Running" && phase != "Successful" && phase != "Failed" && phase != "Error"
	}
}

// isMalformed tells whether a field that upstream's script reads has a type which the CRD's schema refuses.
func isMalformed(s subject) bool {
	status := fields(s.object["status"])
	if !isTable(s.object["status"]) || !areTexts(status, "phase", "message") {
		return true
	}
	return s.kind == "Rollout" && isMalformedRollout(s.object, status)
}

func isMalformedRollout(object, status map[string]any) bool {
	metadata, spec := fields(object["metadata"]), fields(object["spec"])
	annotations, strategy := fields(metadata["annotations"]), fields(spec["strategy"])
	isWellFormed := isTable(object["metadata"]) && isTable(object["spec"]) && isTable(metadata["annotations"]) && isTable(spec["strategy"]) &&
		isTable(strategy["canary"]) && isTable(strategy["blueGreen"]) && isTable(status["canary"]) && isTable(status["blueGreen"]) &&
		isTable(spec["workloadRef"]) && areWholeNumbers(metadata, "generation") && areWholeNumbers(spec, "replicas") &&
		areWholeNumbers(status, "replicas", "updatedReplicas", "availableReplicas") &&
		areTexts(status, "currentPodHash", "stableRS", "observedGeneration", "workloadObservedGeneration") &&
		areTexts(fields(status["canary"]), "stableRS") && areTexts(fields(status["blueGreen"]), "activeSelector") &&
		areTexts(annotations, workloadGeneration) && isFlag(spec["paused"]) && isFlag(status["controllerPause"]) &&
		areEntries(status["conditions"]) && areEntries(status["pauseConditions"]) &&
		isWritten(status["observedGeneration"]) && isWritten(status["workloadObservedGeneration"]) && isWritten(annotations[workloadGeneration])
	return !isWellFormed
}

const workloadGeneration = "rollout.argoproj.io/workload-generation"

func fields(value any) map[string]any {
	object, _ := value.(map[string]any)
	return object
}

func entries(value any) []any {
	list, _ := value.([]any)
	return list
}

func isTable(value any) bool {
	_, isObject := value.(map[string]any)
	return value == nil || isObject
}

func isFlag(value any) bool {
	_, isBool := value.(bool)
	return value == nil || isBool
}

func areTexts(object map[string]any, names ...string) bool {
	for _, name := range names {
		if _, isText := object[name].(string); object[name] != nil && !isText {
			return false
		}
	}
	return true
}

func areWholeNumbers(object map[string]any, names ...string) bool {
	for _, name := range names {
		number, isInteger := object[name].(int64)
		if object[name] != nil && (!isInteger || number > 1<<53-1 || number < -(1<<53-1)) {
			return false
		}
	}
	return true
}

func areEntries(value any) bool {
	list, isList := value.([]any)
	if value != nil && !isList {
		return false
	}
	for _, entry := range list {
		object, isObject := entry.(map[string]any)
		if !isObject || !areTexts(object, "type", "status", "reason", "message") {
			return false
		}
	}
	return true
}

func isGeneration(value any) bool {
	text, _ := value.(string)
	number, err := strconv.ParseInt(text, 10, 64)
	return err == nil && number <= 1<<53-1 && number >= -(1<<53-1) && strconv.FormatInt(number, 10) == text
}

// isWritten is false for a text that Lua takes for a number but that no controller writes, like " 5", "05" or "5.0".
func isWritten(value any) bool {
	text, isText := value.(string)
	if !isText || isGeneration(value) {
		return true
	}
	trimmed := strings.Trim(text, " \n\t")
	if strings.Contains(trimmed, ".") {
		number, err := strconv.ParseFloat(trimmed, 64)
		return err != nil || math.IsNaN(number)
	}
	_, err := strconv.ParseInt(trimmed, 10, 64)
	return err != nil
}
