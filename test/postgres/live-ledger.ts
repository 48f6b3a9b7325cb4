import { Client } from 'pg'
import { until } from '../until.ts'

/** Asks a server once, by a connection of its own. */
export async function ask<Row>(url: string, sql: string): Promise<readonly Row[]> {
  const client = new Client(url)
  await client.connect()
  try {
    return (await client.query(sql)).rows as Row[]
  } finally {
    await client.end()
  }
}

/** A new database, called after what it is for. @returns its address */
export async function createDatabase(server: string, what: string): Promise<string> {
  const name = `${what}_${Math.random().toString(36).slice(2)}`
  await ask(server, `CREATE DATABASE ${name}`)
  return Object.assign(new URL(server), { pathname: name }).href
}

/** How many reverts in a ledger have ended. */
export async function endedReverts(url: string): Promise<number> {
  return (await ask(url, `SELECT 1 FROM kedge.document WHERE kind = 'revert' AND open = 0`)).length
}

/**
 * Three times, half a second apart: what has just been done may make something else due.
 * @returns since when nothing was, by `performance.now`
 */
export async function untilNothingIsPending(url: string, timeoutMs: number): Promise<number> {
  let quiet = 0
  let since = 0
  const isQuiet = async (): Promise<true | undefined> => {
    const pending = await ask(url, `SELECT 1 FROM kedge.document WHERE kind = 'effect' AND open = 1`)
    quiet = pending.length === 0 ? quiet + 1 : 0
    if (quiet === 1) since = performance.now()
    return quiet > 2 || undefined
  }
  await until(isQuiet, { what: 'nothing is pending', timeoutMs, everyMs: 500 })
  return since
}
