import { expect } from 'vitest'
import type { CommitSha } from '../../../../src/domain/application/commit.ts'
import type { Release } from '../../../../src/domain/release/release.ts'
import { Sealed } from '../../../../src/domain/sealed.ts'
import { backToOlder } from '../../../../src/reconcile/git-facts/restore/older-states.ts'
import { aRelease } from '../../../contract/ledger-documents.ts'
import { anAttempt } from '../../../domain/an-attempt.ts'
import { aBranch, files } from '../a-branch.ts'

export interface Options {
  path: string
  /** Which commits have failed here, or were promoted: by their place. */
  failed: readonly number[]
  promoted: readonly number[]
  /** With a template that is what `tag` says, at all commits but these. */
  rendered: boolean
  notRendered: readonly number[]
  /** What the template says at each commit, where it is not the tag. */
  templates: readonly string[]
  /** Another file, at each commit. */
  other: readonly (string | null)[]
  /** N+1's images. */
  images: readonly string[]
  others: readonly Release[]
}

/** `tag=v1 level=2`: the fields of a file, as YAML. */
export const fieldsOf = (state: string): string =>
  state
    .split(' ')
    .map((field) => `${field.replace('=', ': ')}\n`)
    .join('')

export const KEY = 'k'
export const RELEASE = { key: KEY, podTemplateHash: 'abc', images: [], stableImages: [] }
export const failure = (revision: CommitSha | null, fields: Partial<Release> = {}): Release =>
  aRelease({ key: `failed ${revision}`, images: [], revision, attempts: [anAttempt()], ...fields })

/** Whether the last of these states, each made by a commit, is said to bring back an older one. */
export async function isBack(states: readonly string[], options: Partial<Options> = {}): Promise<boolean> {
  const { path = 'web.yaml', failed = [], promoted = [], rendered = false, notRendered = [], images = [], others = [] } = options
  const { templates, other = [] } = options
  const texts = states.map((state) => (path.endsWith('.yaml') ? fieldsOf(state) : state))
  const { repository, commits } = await aBranch(texts.map((text, at) => ({ [path]: text, 'other.yaml': other[at] ?? null })))
  const shaAt = (at: number): CommitSha | null => commits[at]?.sha ?? null
  const templateAt = async (sha: string): Promise<Sealed | undefined> => {
    const at = commits.findIndex((commit) => commit.sha === sha)
    const [tag = ''] = /tag=\w+/.exec(templates?.[at] ?? states[at] ?? '') ?? []
    return notRendered.includes(at) ? undefined : new Sealed({ spec: { containers: [{ name: 'web', image: tag }] } })
  }
  const { backToOlder: found, tooMuchForOlder } = await backToOlder(repository, {
    commits: commits.slice(-1),
    files: files(path, 'other.yaml'),
    release: { key: KEY, podTemplateHash: 'abc', images, stableImages: ['app:v2'] },
    others: [
      ...failed.map((at) => failure(shaAt(at))),
      ...promoted.map((at) => aRelease({ key: `promoted ${at}`, images: [], revision: shaAt(at), outcome: 'promoted' })),
      ...others,
    ],
    templateAt: rendered ? templateAt : undefined,
  })
  expect(tooMuchForOlder).toBeNull()
  expect(found).toEqual(found.length === 0 ? [] : [commits.at(-1)?.sha])
  return found.length > 0
}

export type Row = readonly [what: string, states: readonly string[], is: boolean, options?: Partial<Options>]
