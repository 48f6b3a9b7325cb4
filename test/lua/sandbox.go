// Package luahealth runs health scripts on gopher-lua in Argo CD's own configuration.
package luahealth

import (
	"context"
	"fmt"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/parse"
)

// verdict is what Argo CD makes of a script's return value. An empty status is what it silently counts as Healthy.
type verdict struct {
	Status  string `json:"status"`
	Message string `json:"message"`
}

const invalidHealthStatus = "Lua returned an invalid health status"

// timeLimit is Argo CD's. The corpus compares words, on machines that do other things too, and takes its time.
var timeLimit = time.Second

// runScript mirrors argo-cd util/lua/lua.go: runLua and ExecuteHealthLua.
func runScript(script string, object any, openLibs bool) (verdict, error) {
	state := lua.NewState(lua.Options{SkipOpenLibs: !openLibs})
	defer state.Close()
	for _, library := range []struct {
		name string
		open lua.LGFunction
	}{
		{lua.LoadLibName, lua.OpenPackage},
		{lua.BaseLibName, lua.OpenBase},
		{lua.TabLibName, lua.OpenTable},
	} {
		call := lua.P{Fn: state.NewFunction(library.open), NRet: 0, Protect: true}
		if err := state.CallByParam(call, lua.LString(library.name)); err != nil {
			return verdict{}, err
		}
	}
	state.PreloadModule(lua.OsLibName, loadSafeOS)
	limit, cancel := context.WithTimeout(context.Background(), timeLimit)
	defer cancel()
	state.SetContext(limit)
	state.SetGlobal("actionParams", state.NewTable())
	state.SetGlobal("obj", decode(state, object))
	proto, err := compiled(script)
	if err != nil {
		return verdict{}, err
	}
	state.Push(state.NewFunctionFromProto(proto))
	if err := state.PCall(0, lua.MultRet, nil); err != nil {
		return verdict{}, err
	}
	return readVerdict(state.Get(-1))
}

// quickly runs a script again and again in one state, for corpora of a million objects. A script that left anything behind
// in it would be found by the next ones; ours write no globals.
func quickly(script string) (func(object any) (verdict, error), error) {
	proto, err := compiled(script)
	if err != nil {
		return nil, err
	}
	state := lua.NewState(lua.Options{SkipOpenLibs: true})
	lua.OpenBase(state)
	lua.OpenTable(state)
	state.SetTop(0)
	function := state.NewFunctionFromProto(proto)
	return func(object any) (verdict, error) {
		state.SetGlobal("obj", decode(state, object))
		if err := state.CallByParam(lua.P{Fn: function, NRet: 1, Protect: true}); err != nil {
			return verdict{}, err
		}
		result := state.Get(-1)
		state.Pop(1)
		return readVerdict(result)
	}, nil
}

var protos = map[string]*lua.FunctionProto{}

// compiled keeps what it has compiled, as Argo CD does.
func compiled(script string) (*lua.FunctionProto, error) {
	if proto, isKnown := protos[script]; isKnown {
		return proto, nil
	}
	chunk, err := parse.Parse(strings.NewReader(script), "<string>")
	if err != nil {
		return nil, err
	}
	proto, err := lua.Compile(chunk, "<string>")
	if err == nil {
		protos[script] = proto
	}
	return proto, err
}

// loadSafeOS offers the two functions that argo-cd util/lua/oslib_safe.go offers through require("os").
func loadSafeOS(state *lua.LState) int {
	module := state.NewTable()
	for _, name := range []string{"time", "date"} {
		state.SetField(module, name, state.NewFunction(func(l *lua.LState) int {
			l.Push(lua.LNumber(0))
			return 1
		}))
	}
	state.Push(module)
	return 1
}

// decode mirrors argo-cd util/lua/lua.go: decodeValue.
func decode(state *lua.LState, value any) lua.LValue {
	switch typed := value.(type) {
	case bool:
		return lua.LBool(typed)
	case float64:
		return lua.LNumber(typed)
	case int64:
		return lua.LNumber(typed)
	case string:
		return lua.LString(typed)
	case []any:
		list := state.CreateTable(len(typed), 0)
		for _, item := range typed {
			list.Append(decode(state, item))
		}
		return list
	case map[string]any:
		table := state.CreateTable(0, len(typed))
		for name, item := range typed {
			table.RawSetH(lua.LString(name), decode(state, item))
		}
		return table
	default:
		return lua.LNil
	}
}

// readVerdict mirrors the end of ExecuteHealthLua: a table goes through JSON, where fields of a wrong type and a table
// without fields end as an empty HealthStatus.
func readVerdict(value lua.LValue) (verdict, error) {
	if value == lua.LNil {
		return verdict{}, nil
	}
	table, isTable := value.(*lua.LTable)
	if !isTable {
		return verdict{}, fmt.Errorf("expect table output from Lua script, not %s", value.Type())
	}
	status, message := table.RawGetString("status"), table.RawGetString("message")
	if status == lua.LNil && message == lua.LNil {
		return verdict{}, nil
	}
	if !isTextOrNil(status) || !isTextOrNil(message) {
		return verdict{}, nil
	}
	if !isHealthCode(lua.LVAsString(status)) {
		return verdict{Status: "Unknown", Message: invalidHealthStatus}, nil
	}
	return verdict{Status: lua.LVAsString(status), Message: lua.LVAsString(message)}, nil
}

func isTextOrNil(value lua.LValue) bool {
	return value == lua.LNil || value.Type() == lua.LTString
}

func isHealthCode(code string) bool {
	switch code {
	case "Healthy", "Progressing", "Degraded", "Suspended", "Missing", "Unknown":
		return true
	}
	return false
}
