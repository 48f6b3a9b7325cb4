import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createGiteaForges } from '../../src/adapters/forges/gitea/forges.ts'
import { giteaMarkdown } from '../../src/adapters/forges/gitea/markdown.ts'
import { createGitHubForges } from '../../src/adapters/forges/github/forges.ts'
import { createGitLabForges } from '../../src/adapters/forges/gitlab/forges.ts'
import { createGitRepositories } from '../../src/adapters/git/repositories.ts'
import type { VendorForges } from '../../src/ports/forge.ts'
import { followMoves } from '../../src/service/follow-moves.ts'
import { joinForges } from '../../src/service/join-forges.ts'
import { createMoves } from '../../src/service/moves.ts'
import { createSystemClock } from '../../src/simulator/clock.ts'
import { startGitea } from '../../src/simulator/gitea.ts'
import { startGitHub } from '../../src/simulator/github.ts'
import { rename } from '../../src/simulator/github/forge.ts'
import { startGitLab } from '../../src/simulator/gitlab.ts'
import { rememberLog } from '../remember-log.ts'

const TOKEN = 'planted-0123456789'
const BRANCH = 'kedge/revert/0123456789ab-01234567'
const PR = { branch: BRANCH, base: 'main', title: 'Revert', body: 'Why.' }

type Given = { url: string; allow: (repoURL: string) => boolean; now: () => number }

const VENDORS = {
  github: {
    start: startGitHub,
    open: ({ url, ...rest }: Given): VendorForges =>
      createGitHubForges({
        hosts: [{ apiBaseUrl: `${url}/api/v3`, gitHost: new URL(url).host, auth: { type: 'token', token: TOKEN } }],
        ...rest,
      }),
  },
  gitlab: {
    start: startGitLab,
    open: ({ url, ...rest }: Given): VendorForges =>
      createGitLabForges({ apiBaseUrl: `${url}/api/v4`, gitHost: new URL(url).host, token: TOKEN, ...rest }),
  },
  gitea: { start: startGitea, open: (given: Given): VendorForges => createGiteaForges({ token: TOKEN, ...given }) },
} as const

/** One repository with a branch of Kedge's, and the ports that `serve` has of it. */
async function openWorld(vendor: keyof typeof VENDORS, allowed: readonly string[]) {
  const directory = await mkdtemp(join(tmpdir(), 'kedge-moves-'))
  const clock = createSystemClock()
  const server = await VENDORS[vendor].start({ clock, directory: join(directory, 'origin'), tokens: { [TOKEN]: { login: 'kedge' } } })
  const { people, repository, cloneUrl } = await server.createRepository('acme/deploy')
  await people.commit('ada', { files: { 'app.yaml': 'one\n' }, message: 'feat: one' })
  const { logger, lines } = rememberLog()
  const time = { ms: 0 }
  const allow = (repoURL: string): boolean => allowed.some((name) => repoURL.endsWith(`/${name}.git`))
  const moves = createMoves({ allows: allow, now: () => time.ms, logger })
  const forges = joinForges(
    [{ gitHost: new URL(server.url).host, forges: VENDORS[vendor].open({ url: server.url, allow, now: () => 0 }), markup: giteaMarkdown }],
    moves,
  )
  const repositories = createGitRepositories({
    root: join(directory, 'mirrors'),
    allow,
    credentialsFor: (repoURL, rejected) => forges.credentialsFor(repoURL, rejected),
    urlFor: (repoURL) => forges.addressNow?.(repoURL) ?? repoURL,
    timeoutMs: 60_000,
  })
  return {
    server,
    people,
    cloneUrl,
    time,
    forges,
    repositories: followMoves(repositories, forges),
    warnings: () => lines.filter(({ level }) => level === 'warn'),
    rename: (name: string) => rename(server.forge, repository, name),
    async [Symbol.asyncDispose]() {
      await repositories[Symbol.asyncDispose]?.()
      await server.stop()
      await rm(directory, { recursive: true })
    },
  }
}

describe.each(Object.keys(VENDORS) as (keyof typeof VENDORS)[])('a repository that is renamed on %s', (vendor) => {
  it('is followed to its new name where that is allowed, PR and branch with it, and told once', async () => {
    await using world = await openWorld(vendor, ['acme/deploy', 'acme/delivery'])
    await world.people.branch('kedge', { branch: BRANCH, files: { x: '1' }, message: 'Revert' })
    const forge = world.forges.forRepository(world.cloneUrl)
    const { number } = await forge.open(PR)
    world.rename('delivery')
    expect(await forge.get(number)).toMatchObject({ number, state: 'open' })
    expect(await forge.findByBranch(BRANCH)).toHaveLength(1)
    await forge.comment(number, '<!-- kedge:v1 note=1 -->', 'words')
    expect((await forge.open(PR)).number).toBe(number)
    expect(world.warnings()).toMatchObject([{ message: expect.stringContaining('another name') as string }])
    const repository = await world.repositories.open(world.cloneUrl)
    const head = await repository.remoteBranch(BRANCH)
    expect(head && (await repository.deleteBranch(BRANCH, head))).toBe('deleted')
  })

  it('is found by Git, too, which is asked first', async () => {
    await using world = await openWorld(vendor, ['acme/deploy', 'acme/delivery'])
    const before = await (await world.repositories.open(world.cloneUrl)).fetch('main')
    world.rename('delivery')
    expect(await (await world.repositories.open(world.cloneUrl)).fetch('main')).toBe(before)
  })

  it('is told by name and not gone to where the new name is not allowed', async () => {
    await using world = await openWorld(vendor, ['acme/deploy'])
    world.rename('delivery')
    const calls = world.server.calls.length
    const told = { code: 'E_FORGE_REJECTED', message: expect.stringContaining('“acme/delivery”') as string }
    await expect(world.forges.forRepository(world.cloneUrl).open(PR)).rejects.toMatchObject(told)
    const git = (await world.repositories.open(world.cloneUrl)).fetch('main')
    await expect(git).rejects.toMatchObject({ code: 'E_GIT_REFUSED' })
    const done = world.server.calls.slice(calls).filter(({ method, status }) => method !== 'GET' && status < 300)
    expect([done, world.warnings()]).toEqual([[], []])
  })
})

it('what was renamed is asked for by its old name again after a while: another may have that by then', async () => {
  await using world = await openWorld('github', ['acme/deploy', 'acme/delivery'])
  const forge = world.forges.forRepository(world.cloneUrl)
  world.rename('delivery')
  await forge.listOpen('main')
  world.server.forge.renamed.clear()
  const other = await world.server.createRepository('acme/deploy')
  await other.people.commit('eve', { files: { 'app.yaml': 'other\n' }, message: 'feat: other' })
  await other.people.branch('eve', { branch: 'feat/other', files: { x: '1' }, message: 'other' })
  await other.people.openPull('eve', { title: 'other', head: 'feat/other' })
  expect(await forge.listOpen('main')).toEqual([])
  world.time.ms = 11 * 60_000
  expect(await forge.listOpen('main')).toMatchObject([{ branch: 'feat/other' }])
})
