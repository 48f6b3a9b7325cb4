import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createGiteaForges } from '../../src/adapters/forges/gitea/forges.ts'
import { gitea } from '../../src/adapters/forges/gitea/manifest.ts'
import { createGitHubForges } from '../../src/adapters/forges/github/forges.ts'
import { github } from '../../src/adapters/forges/github/manifest.ts'
import { createGitLabForges } from '../../src/adapters/forges/gitlab/forges.ts'
import { gitlab } from '../../src/adapters/forges/gitlab/manifest.ts'
import { createGitRepositories } from '../../src/adapters/git/repositories.ts'
import type { VendorForges } from '../../src/ports/forge.ts'
import type { ForgeManifest } from '../../src/ports/manifest.ts'
import { joinForges } from '../../src/service/join-forges.ts'
import { createManualClock, type Clock } from '../../src/simulator/clock.ts'
import { startGitea } from '../../src/simulator/gitea.ts'
import { startGitHub } from '../../src/simulator/github.ts'
import { createBareRepository } from '../../src/simulator/github/bare-repository.ts'
import { newRepository, type Forge, type Repository } from '../../src/simulator/github/forge.ts'
import { startGitLab } from '../../src/simulator/gitlab.ts'
import { createStormStage } from './storm-stage.ts'

// The real adapters and the real git, over HTTP, before stand-ins that count by the virtual clock and refuse what is more than their forge
// documents.

const MINUTE = 60_000
const HOST = 'git.example'
const TOKEN = 'planted-token'
const TOKENS = { [TOKEN]: { login: 'kedge' } }
const IS_NIGHTLY = process.env['KEDGE_NIGHTLY'] === '1'
/** By day as many as are refused where nobody waits, at the forge that takes the least, and a few elsewhere. */
const servicesAt = (name: string): number => (IS_NIGHTLY ? 100 : name === 'GitHub' ? 24 : 6)
const MINUTES = IS_NIGHTLY ? 10 : 3

const NO_MOVES = { addressOf: (repoURL: string) => repoURL, follow: () => false }

interface Answering extends AsyncDisposable {
  readonly url: string
  readonly forge: Forge
  readonly calls: readonly { method: string; path: string; status: number }[]
}

interface Vendor {
  manifest: Pick<ForgeManifest<never, never>, 'markup' | 'limits'>
  start(options: { clock: Clock; directory: string; tokens: typeof TOKENS }): Promise<Answering>
  open(url: string, now: () => number): VendorForges
}

const VENDORS: Readonly<Record<string, Vendor>> = {
  GitHub: {
    manifest: github,
    start: startGitHub,
    open: (url, now) =>
      createGitHubForges({
        hosts: [{ apiBaseUrl: `${url}/api/v3`, gitHost: HOST, auth: { type: 'token', token: TOKEN } }],
        allow: () => true,
        now,
      }),
  },
  GitLab: {
    manifest: gitlab,
    start: startGitLab,
    open: (url, now) => createGitLabForges({ apiBaseUrl: `${url}/api/v4`, gitHost: HOST, token: TOKEN, allow: () => true, now }),
  },
  Gitea: {
    manifest: gitea,
    start: startGitea,
    open: (url, now) => createGiteaForges({ url, host: HOST, token: TOKEN, allow: () => true, now }),
  },
}

/** Services that fail at once, before a stand-in of the vendor that has their repository. */
async function fail(vendor: Vendor, many: number) {
  const at: { standIn?: Answering; repository?: Repository } = {}
  const stage = await createStormStage(many, {
    policy: {
      inStorms: false,
      announce: ['status', 'comment'],
      reviewers: ['grace'],
      limits: { openPerRollout: 1, openPerRepository: many, openedPerHour: many },
    },
    limits: vendor.manifest.limits,
    async outside({ origin, clock }) {
      const timed: Clock = {
        now: () => clock.now(),
        setTimer(ms, call) {
          const timer = clock.after(ms, call)
          return () => timer[Symbol.dispose]()
        },
      }
      const standIn = await vendor.start({ clock: timed, directory: origin.dir, tokens: TOKENS })
      at.standIn = standIn
      at.repository = newRepository('shop', 'gitops', await createBareRepository(origin.dir, timed))
      standIn.forge.repositories.set('shop/gitops', at.repository)
      standIn.forge.accounts.ensure('grace')
      const forges = vendor.open(standIn.url, () => clock.now())
      const mirrors = await mkdtemp(join(tmpdir(), 'kedge-forge-limits-'))
      return {
        forges: async () => joinForges([{ gitHost: HOST, forges, markup: vendor.manifest.markup }], NO_MOVES),
        repositories: () =>
          createGitRepositories({
            root: mirrors,
            allow: () => true,
            credentialsFor: (repoURL) => forges.credentialsFor(repoURL),
            urlFor: () => `${standIn.url}/shop/gitops.git`,
            allowPlainHttp: true,
            timeoutMs: 60_000,
          }),
        async [Symbol.asyncDispose]() {
          await standIn[Symbol.asyncDispose]()
          await rm(mirrors, { recursive: true })
        },
      }
    },
  })
  const { standIn, repository } = at
  if (!standIn || !repository) throw new Error('there is no forge')
  await stage.release('v2', 'own-commits')
  const failedAt = stage.clock.now()
  await stage.abort(stage.all)
  const pulls = () => [...repository.pulls.values()]
  const firstAfter = Math.min(...pulls().map(({ createdAt }) => createdAt - failedAt))
  const refused = () => standIn.calls.filter(({ status }) => status === 403 || status === 429)
  return { stage, firstAfter, pulls, refused, [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose]() }
}

describe.each(Object.entries(VENDORS))('at %s, over HTTP', (name, vendor) => {
  const services = servicesAt(name)
  it(
    `${services} services that fail at once get a PR each, the first at once, and nothing is refused`,
    { timeout: 1_800_000 },
    async () => {
      await using incident = await fail(vendor, services)
      expect(incident.firstAfter).toBeLessThanOrEqual(2_000)
      for (let minute = 0; minute < MINUTES; minute += 1) await incident.stage.advance(MINUTE)
      const pulls = incident.pulls().map(({ state, labels, reviewers }) => [state, labels.length, ...reviewers])
      expect(pulls).toEqual(Array.from({ length: services }, () => ['open', 2, 'grace']))
      expect(incident.refused()).toEqual([])
      expect(new Set(incident.pulls().map(({ head }) => head)).size).toBe(services)
      expect(incident.stage.ledger.pendingEffects().filter(({ action }) => action.type === 'open-revert')).toEqual([])
    },
  )
})

describe('a stand-in refuses what is more than its forge takes', () => {
  it.each([
    ['GitHub', '/api/v3/repos/shop/gitops/issues/1/comments', 80, 403],
    ['GitLab', '/api/v4/projects/shop%2Fgitops/merge_requests/1/notes', 60, 429],
  ] as const)('%s: POST %s, %i a minute', async (name, path, most, status) => {
    const directory = await mkdtemp(join(tmpdir(), 'kedge-forge-limits-'))
    const clock = createManualClock()
    await using standIn = await (VENDORS[name] as Vendor).start({ clock, directory, tokens: TOKENS })
    const headers = { authorization: `token ${TOKEN}`, 'private-token': TOKEN }
    const ask = async () => (await fetch(`${standIn.url}${path}`, { method: 'POST', headers })).status
    const answers: number[] = []
    for (let index = 0; index <= most; index += 1) answers.push(await ask())
    expect(answers.map((answer) => answer === status)).toEqual([...answers.slice(1).map(() => false), true])
    clock.advance(MINUTE)
    expect(await ask()).not.toBe(status)
    await rm(directory, { recursive: true })
  })
})
