import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { KedgeError } from '../../domain/errors.ts'
import type { MirrorCalls } from './mirror-calls.ts'

/** Objects of a mirror that Git takes for malformed, by name, each with what is wrong with it. */
export interface MalformedObjects {
  readonly all: ReadonlyMap<string, string>
  /** Reads what an earlier run has found. False where that one ended before it had looked: this mirror holds nobody knows what. */
  load(): Promise<boolean>
  /** Notes that objects come which nobody has looked at yet, until `keep`. */
  expect(): Promise<void>
  /** Takes in what `git fsck` said. @returns whether it said anything */
  keep(report: string): Promise<boolean>
  /** The mirror was made anew. */
  forget(): void
}

const LIST = 'malformed'
const UNSEEN = 'malformed.unseen'
/** As much of Git's words as people need. */
const LONGEST = 120

/** See {@link MalformedObjects}; kept in files of the mirror's own folder. */
export function createMalformedObjects(dir: string): MalformedObjects {
  const all = new Map<string, string>()
  const text = (name: string): Promise<string | undefined> => readFile(join(dir, name), 'utf8').catch(() => undefined)
  return {
    all,
    forget: () => all.clear(),
    async load() {
      all.clear()
      for (const [, oid = '', what = ''] of (await text(LIST))?.matchAll(/^([0-9a-f]{40,64}) (.*)$/gm) ?? []) all.set(oid, what)
      return (await text(UNSEEN)) === undefined
    },
    async expect() {
      await writeFile(join(dir, UNSEEN), '', { mode: 0o600 })
    },
    async keep(report) {
      const found = [...report.matchAll(/^(?:error|warning) in (?:tree|commit|tag|blob) ([0-9a-f]{40,64}): (.*)$/gm)]
      for (const [, oid = '', what = ''] of found) all.set(oid, what.replace(/[^\x20-\x7e]+/g, ' ').slice(0, LONGEST))
      await writeFile(join(dir, `${LIST}.new`), [...all].map(([oid, what]) => `${oid} ${what}\n`).join(''), { mode: 0o600 })
      await rename(join(dir, `${LIST}.new`), join(dir, LIST))
      await rm(join(dir, UNSEEN), { force: true })
      return found.length > 0
    },
  }
}

/**
 * Git drops a whole fetch for one malformed object. So that it stands in nobody else's way, it is fetched, and known by name.
 * `build` makes the mirror anew: what came and is not known by name must not stay. @throws KedgeError E_GIT_*
 */
export async function fetchWhole(
  { fetchSpec, fsck }: Pick<MirrorCalls, 'fetchSpec' | 'fsck'>,
  malformed: MalformedObjects,
  { refspecs, build }: { refspecs: readonly string[]; build: () => Promise<void> },
): Promise<boolean> {
  const fetchAll = async (): Promise<boolean | undefined> => {
    await malformed.expect()
    const there = await fetchSpec(refspecs, true)
    return (await malformed.keep(await fsck())) ? there : undefined
  }
  try {
    return await fetchSpec(refspecs)
  } catch (error) {
    if (!(error instanceof KedgeError) || error.code !== 'E_GIT_MALFORMED') throw error
    const there = await fetchAll().catch(() => undefined)
    if (there !== undefined) return there
    await build()
    throw error
  }
}

/** What is fetched, Git looks at as it comes; what is borrowed, once. @throws KedgeError E_GIT_TIMEOUT, E_GIT_PROGRAM */
export async function lookOnce({ fsck }: Pick<MirrorCalls, 'fsck'>, malformed: MalformedObjects): Promise<void> {
  await malformed.expect()
  await malformed.keep(await fsck())
}
