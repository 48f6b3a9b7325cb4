import { readFileSync } from 'node:fs'
import { lauxlib, lua, lualib, to_luastring, type LuaState } from 'fengari'
import type { HealthStatus, HealthVerdict } from '../../src/domain/health/health.ts'

export const KINDS = ['Rollout', 'AnalysisRun', 'Experiment'] as const
export type Kind = (typeof KINDS)[number]

export const LUA_HEALTH = new URL('../../lua-health/argoproj.io/', import.meta.url)

/** The source of a kind's health.lua. */
export function healthScript(kind: Kind): string {
  return readFileSync(new URL(`${kind}/health.lua`, LUA_HEALTH), 'utf8')
}

/**
 * Loads a health script the way Argo CD does, on fengari: Lua 5.3 dressed up as gopher-lua's 5.1. With `openLibs: false`,
 * the default of argocd-cm, only the base and table libraries are there. Returns what the script says of one object and
 * throws where the script raises an error, writes a global, or returns no table with a valid status and a text.
 */
export function loadHealthScript(script: string, options: { openLibs: boolean }): (object: unknown) => HealthVerdict {
  const state = lauxlib.luaL_newstate()
  if (options.openLibs) lualib.luaL_openlibs(state)
  lauxlib.luaL_requiref(state, to_luastring('_G'), lualib.luaopen_base, true)
  lauxlib.luaL_requiref(state, to_luastring('table'), lualib.luaopen_table, true)
  lua.lua_pop(state, 2)
  dressAsGopherLua(state)
  const source = to_luastring(script)
  if (lauxlib.luaL_loadbuffer(state, source, source.length, to_luastring('health.lua')) !== lua.LUA_OK) throw luaError(state)
  return (object) => {
    push(state, object)
    lua.lua_setglobal(state, to_luastring('obj'))
    lua.lua_pushvalue(state, -1)
    if (lua.lua_pcall(state, 0, 1, 0) !== lua.LUA_OK) throw luaError(state)
    const verdict = readVerdict(state)
    lua.lua_pop(state, 1)
    return verdict
  }
}

/** What 5.1 has and 5.3 has not, and the other way round. Runs once, before the script. */
const SHIM = `
  unpack, loadstring = table.unpack, load
  table.getn = function(list) return #list end
  table.unpack, table.pack, table.move, utf8, rawlen = nil, nil, nil, nil, nil
  setmetatable(_G, { __newindex = function(globals, name, value)
    if name ~= "obj" then error("the script writes the global " .. name) end
    rawset(globals, name, value)
  end })
`

function dressAsGopherLua(state: LuaState): void {
  lua.lua_pushjsfunction(state, toStringLikeGopherLua)
  lua.lua_setglobal(state, to_luastring('tostring'))
  lua.lua_pushjsfunction(state, toNumberLikeGopherLua)
  lua.lua_setglobal(state, to_luastring('tonumber'))
  const shim = to_luastring(SHIM)
  lauxlib.luaL_loadbuffer(state, shim, shim.length, to_luastring('shim'))
  if (lua.lua_pcall(state, 0, 0, 0) !== lua.LUA_OK) throw luaError(state)
}

/** gopher-lua prints a whole number without a fraction (value.go, LNumber.String); 5.3 prints `2.0`. */
function toStringLikeGopherLua(state: LuaState): number {
  lauxlib.luaL_checkany(state, 1)
  if (lua.lua_type(state, 1) === lua.LUA_TNUMBER) {
    const value = lua.lua_tonumber(state, 1)
    lua.lua_pushstring(state, to_luastring(Number.isInteger(value) ? BigInt(value).toString() : String(value)))
  } else {
    lauxlib.luaL_tolstring(state, 1)
  }
  return 1
}

function toNumberLikeGopherLua(state: LuaState): number {
  lauxlib.luaL_checkany(state, 1)
  const type = lua.lua_type(state, 1)
  const value =
    type === lua.LUA_TNUMBER ? lua.lua_tonumber(state, 1) : type === lua.LUA_TSTRING ? readNumber(lua.lua_tojsstring(state, 1)) : undefined
  if (value === undefined) lua.lua_pushnil(state)
  else lua.lua_pushnumber(state, value)
  return 1
}

/** gopher-lua reads floats where there is a point, else integers of 64 bits, decimal or hexadecimal (baselib.go, baseToNumber). */
function readNumber(text: string): number | undefined {
  const trimmed = text.replaceAll(/^[ \n\t]+|[ \n\t]+$/g, '')
  if (/^[+-]?(\d+\.\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return Number(trimmed)
  const digits = /^(0x)?([+-]?)([0-9a-f]+)$/i.exec(trimmed)
  if (digits === null || (digits[1] === undefined && !/^[+-]?\d+$/.test(trimmed))) return undefined
  const size = BigInt(`${digits[1] ?? ''}${digits[3]}`)
  const integer = digits[2] === '-' ? -size : size
  return BigInt.asIntN(64, integer) === integer ? Number(integer) : undefined
}

/** Argo CD's conversion (util/lua/lua.go, decodeValue): every number is a float, and a list loses its nulls. */
function push(state: LuaState, value: unknown): void {
  // A table, a name and a value for each level: a pod template is deeper than the 20 slots that are there without asking.
  lauxlib.luaL_checkstack(state, 3, null)
  if (typeof value === 'string') lua.lua_pushstring(state, to_luastring(value))
  else if (typeof value === 'number') lua.lua_pushnumber(state, value)
  else if (typeof value === 'boolean') lua.lua_pushboolean(state, value)
  else if (Array.isArray(value)) pushList(state, value)
  else if (typeof value === 'object' && value !== null) pushFields(state, value)
  else lua.lua_pushnil(state)
}

function pushList(state: LuaState, list: readonly unknown[]): void {
  lua.lua_createtable(state, list.length, 0)
  let length = 0
  for (const item of list) {
    if (item === null || item === undefined) continue
    push(state, item)
    lua.lua_rawseti(state, -2, ++length)
  }
}

function pushFields(state: LuaState, fields: object): void {
  lua.lua_createtable(state, 0, 0)
  for (const [name, value] of Object.entries(fields)) {
    lua.lua_pushstring(state, to_luastring(name))
    push(state, value)
    lua.lua_rawset(state, -3)
  }
}

const STATUSES: ReadonlySet<string> = new Set<HealthStatus>(['Healthy', 'Progressing', 'Degraded', 'Suspended', 'Missing', 'Unknown'])

function readVerdict(state: LuaState): HealthVerdict {
  if (lua.lua_type(state, -1) !== lua.LUA_TTABLE) throw new Error('the script returned no table')
  const status = readText(state, 'status')
  const message = readText(state, 'message')
  if (!STATUSES.has(status)) throw new Error(`the script returned the status "${status}"`)
  return { status: status as HealthStatus, message }
}

function readText(state: LuaState, field: string): string {
  if (lua.lua_getfield(state, -1, to_luastring(field)) !== lua.LUA_TSTRING) throw new Error(`the script returned no text as ${field}`)
  const text = lua.lua_tojsstring(state, -1)
  lua.lua_pop(state, 1)
  return text
}

function luaError(state: LuaState): Error {
  const error = new Error(lua.lua_tojsstring(state, -1))
  lua.lua_pop(state, 1)
  return error
}
