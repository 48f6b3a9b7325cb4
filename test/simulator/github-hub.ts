import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Octokit } from '@octokit/rest'
import { afterEach, beforeEach } from 'vitest'
import { createSystemClock } from '../../src/simulator/clock.ts'
import { startGitHub, type GitHub, type GitHubOptions } from '../../src/simulator/github.ts'
import type { Repository } from '../../src/simulator/github/forge.ts'
import type { People } from '../../src/simulator/github/people.ts'

/** A log for clients whose faults are expected. */
export const QUIET = { debug() {}, info() {}, warn() {}, error() {} }
export const REPO = { owner: 'acme', repo: 'gitops' }

/** A GitHub with the repository acme/gitops, and one commit in it. */
export interface Hub {
  directory: string
  github: GitHub
  people: People
  repository: Repository
  cloneUrl: string
  /** As Kedge. */
  octokit: Octokit
  /** Starts it once more, with other options. */
  start(options?: Partial<GitHubOptions>): Promise<void>
  /** A pull request with a commit on a branch of its own. @returns its number */
  openRevert(head?: string): Promise<number>
}

/** Gives each test of the file that calls this a GitHub, in a folder whose name begins so. */
export function useGitHub(folder: string): Hub {
  const hub = { start, openRevert } as Hub

  async function start(options: Partial<GitHubOptions> = {}): Promise<void> {
    hub.github = await startGitHub({
      clock: createSystemClock(),
      directory: hub.directory,
      tokens: { kedge: { login: 'kedge[bot]' }, narrow: { login: 'kedge[bot]', repositories: [] } },
      ...options,
    })
    Object.assign(hub, await hub.github.createRepository('acme/gitops'))
    hub.octokit = new Octokit({ baseUrl: hub.github.url, auth: 'kedge', log: QUIET })
    await hub.people.commit('alice', { files: { 'app/a.yaml': 'v1\n', 'README.md': 'hello\n' }, message: 'First' })
  }

  async function openRevert(head = 'kedge/revert'): Promise<number> {
    await hub.people.branch('alice', { branch: head, files: { [`${head}.txt`]: 'x' }, message: `Change ${head}` })
    return (await hub.octokit.pulls.create({ ...REPO, title: 'Revert', head, base: 'main', body: 'Why' })).data.number
  }

  beforeEach(async () => {
    hub.directory = await mkdtemp(join(tmpdir(), folder))
    await start()
  })
  afterEach(async () => {
    await hub.github.stop()
    await rm(hub.directory, { recursive: true, force: true })
  })
  return hub
}

/** What a request is answered with. */
export const status = (promise: Promise<unknown>): Promise<number> =>
  promise.then(
    () => 200,
    (error: { status: number }) => error.status,
  )
