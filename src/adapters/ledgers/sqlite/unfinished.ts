import { readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { KedgeError } from '../../../domain/errors.ts'
import { hasLog } from './in-use.ts'

/** Where a ledger is made that is to take the place of the one at `path`. */
export function unfinishedAt(path: string): string {
  return `${path}.restoring`
}

/** Where the one goes that it replaces. @param at epoch ms */
export function asideOf(path: string, at: number): string {
  return `${path}.${new Date(at).toISOString().replace(/[:.]/g, '')}`
}

const ASIDE = /^\d{4}-\d\d-\d\dT\d{9}Z$/

/** Whether no ledger is there, nor anything of one. */
export function isNothing(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0 && !hasLog(path)
}

/**
 * Refuses to begin a ledger where one was to be replaced.
 * @throws KedgeError E_LEDGER_LOST
 */
export function checkUnfinished(path: string): void {
  if (!isNothing(path)) return
  const folder = dirname(path)
  const prefix = `${basename(path)}.`
  const left = filesIn(folder)
    .filter((name) => name.startsWith(prefix))
    .find((name) => name === basename(unfinishedAt(path)) || ASIDE.test(name.slice(prefix.length)))
  if (left === undefined) return
  const what = `there is no ledger ${path}, but ${join(folder, left)}: a restore did not end, or the ledger was removed after one`
  throw new KedgeError('E_LEDGER_LOST', what)
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted()
  } catch {
    // It is made when the ledger is.
    return []
  }
}
