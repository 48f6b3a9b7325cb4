/** The part of fengari that the Lua harness uses; the package ships no types. */
declare module 'fengari' {
  export interface LuaState {
    readonly luaState: unique symbol
  }
  export type LuaString = Uint8Array
  type LuaFunction = (state: LuaState) => number

  export function to_luastring(text: string): LuaString

  export const lua: {
    readonly LUA_OK: 0
    readonly LUA_TNUMBER: 3
    readonly LUA_TSTRING: 4
    readonly LUA_TTABLE: 5
    lua_createtable(state: LuaState, listSize: number, fields: number): void
    lua_getfield(state: LuaState, index: number, name: LuaString): number
    lua_pcall(state: LuaState, args: number, results: number, handler: number): number
    lua_pop(state: LuaState, count: number): void
    lua_pushboolean(state: LuaState, value: boolean): void
    lua_pushjsfunction(state: LuaState, fn: LuaFunction): void
    lua_pushnil(state: LuaState): void
    lua_pushnumber(state: LuaState, value: number): void
    lua_pushstring(state: LuaState, text: LuaString): void
    lua_pushvalue(state: LuaState, index: number): void
    lua_rawset(state: LuaState, index: number): void
    lua_rawseti(state: LuaState, index: number, key: number): void
    lua_setglobal(state: LuaState, name: LuaString): void
    lua_tojsstring(state: LuaState, index: number): string
    lua_tonumber(state: LuaState, index: number): number
    lua_type(state: LuaState, index: number): number
  }
  export const lauxlib: {
    luaL_checkstack(state: LuaState, space: number, message: Uint8Array | null): void
    luaL_checkany(state: LuaState, index: number): void
    luaL_loadbuffer(state: LuaState, source: LuaString, length: number, name: LuaString): number
    luaL_newstate(): LuaState
    luaL_requiref(state: LuaState, name: LuaString, open: LuaFunction, global: boolean): void
    luaL_tolstring(state: LuaState, index: number): LuaString
  }
  export const lualib: { luaL_openlibs(state: LuaState): void; luaopen_base: LuaFunction; luaopen_table: LuaFunction }
}
