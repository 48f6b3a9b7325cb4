import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CommitSha } from '../../src/domain/application/commit.ts'
import type { KedgeError } from '../../src/domain/errors.ts'
import { createSystemClock } from '../../src/simulator/clock.ts'
import type { Fault, Faults } from '../../src/simulator/loopback/faults.ts'
import { listenOnLoopback, type LoopbackServer } from '../../src/simulator/loopback/server.ts'
import { everythingIn, faultOf } from '../adapters/faults.ts'
import type { ForgeWorld } from './forge-world.ts'

/** A forge behind HTTP, and what its far end does when something is wrong. */
export interface WireWorld extends ForgeWorld {
  readonly faults: Faults
  /** The path of the request that opens a pull request; its method is POST. */
  readonly opening: RegExp
  /** Requests that came in and were not met by a fault, oldest first. */
  readonly calls: readonly { method: string; path: string; status: number }[]
  /** How this forge says that it was asked too much, and the seconds that it wants to be left alone. */
  readonly limits: readonly { as: string; fault: Fault; seconds: number }[]
  /** How it refuses what it was sent, in these words. */
  refusal(words: string): Fault
  /** The credential. It may be in no error. */
  readonly token: string
  /** An owner gives the repository another name, and says which: `owner/name`. */
  rename(): Promise<string>
  /** A person comments on a pull request. */
  commentByHuman(number: number, text: string): Promise<void>
}

const BRANCH = 'kedge/revert/a-1'
const MARKER = '<!-- kedge:v1 note=1 -->'

/** What every Forge behind HTTP promises of faults on the way. `open` makes a fresh world for each test. */
export function describeForgeWire(name: string, open: () => Promise<WireWorld>): void {
  describe(`${name} over HTTP`, () => {
    let world: WireWorld

    beforeEach(async () => {
      world = await open()
    })
    afterEach(() => world[Symbol.asyncDispose]())

    const request = () => ({ branch: BRANCH, base: world.base, title: 'Revert "feat: two"', body: 'Why.' })
    const posts = () => world.calls.filter(({ method, path }) => method === 'POST' && world.opening.test(path)).length
    const failOpening = (fault: Fault) => world.faults.inject({ method: 'POST', path: world.opening, fault })

    describeLost(() => world, request)
    describeRefusals(() => world, request)
    describeRedirects(() => world, request)

    it('waits for as long as the forge asks, by each way that it has of asking', async () => {
      for (const { as, fault, seconds } of world.limits) {
        world.faults.inject({ fault })
        const { code, retryAfterSeconds } = (await faultOf(world.forge.findByBranch(BRANCH))) as KedgeError
        expect({ as, code, retryAfterSeconds }).toEqual({ as, code: 'E_FORGE_RATE_LIMITED', retryAfterSeconds: seconds })
      }
    })

    it('sends nothing again by itself: a limit or a server error met by a write ends the try', async () => {
      await world.branch(BRANCH)
      const [limit] = world.limits
      for (const fault of [
        ...(limit ? [limit.fault] : []),
        ...[500, 502, 503, 504].map((status) => ({ kind: 'status', status }) as const),
      ]) {
        failOpening(fault)
        expect(await faultOf(world.forge.open(request()))).toMatchObject({
          retryable: true,
          code: expect.stringMatching(/RATE_LIMITED|UNREACHABLE/),
        })
      }
      expect([posts(), await world.forge.findByBranch(BRANCH)]).toEqual([0, []])
    })

    it('finds its comment behind pages of those of people, and writes no second', async () => {
      await world.branch(BRANCH)
      const { number } = await world.forge.open(request())
      for (let index = 0; index < 110; index += 1) await world.commentByHuman(number, `words ${index}`)
      await world.forge.comment(number, MARKER, 'first')
      await world.forge.comment(number, MARKER, 'second')
      const ours = (await world.comments(number)).filter((body) => body.includes(MARKER))
      expect(ours).toEqual([expect.stringContaining('second')])
    })
  })
}

type Ask = () => { branch: string; base: string; title: string; body: string }

function describeLost(at: () => WireWorld, request: Ask): void {
  it('an answer that was lost leaves one pull request, which is found by its branch, and no second one is made', async () => {
    const world = at()
    await world.branch(BRANCH)
    world.faults.inject({ method: 'POST', path: world.opening, fault: { kind: 'drop-after' } })
    expect(await faultOf(world.forge.open(request()))).toMatchObject({ code: 'E_FORGE_UNREACHABLE', retryable: true })
    const found = await world.forge.findByBranch(BRANCH)
    expect(found).toHaveLength(1)
    expect(await world.forge.open(request())).toEqual(found[0])
    expect(await world.forge.findByBranch(BRANCH)).toEqual(found)
  })

  it('a request that never got there leaves nothing, and the next try makes it', async () => {
    const world = at()
    await world.branch(BRANCH)
    world.faults.inject({ method: 'POST', path: world.opening, fault: { kind: 'drop-before' } })
    expect(await faultOf(world.forge.open(request()))).toMatchObject({ code: 'E_FORGE_UNREACHABLE' })
    expect(await world.forge.findByBranch(BRANCH)).toEqual([])
    expect(await world.forge.open(request())).toMatchObject({ state: 'open' })
  })

  it('a page of something on the way is no answer, though its status is 200', async () => {
    const world = at()
    for (const body of ['<html>Sign in</html>', { login: 'please' }, [{}], 'null']) {
      world.faults.inject({ fault: { kind: 'status', status: 200, body } })
      expect(await faultOf(world.forge.get(1))).toMatchObject({ code: 'E_FORGE_UNREACHABLE', retryable: true })
    }
  })
}

function describeRefusals(at: () => WireWorld, request: Ask): void {
  it('a refusal is told in the words of the forge, on one line, cut, without the credential', async () => {
    const world = at()
    await world.branch(BRANCH)
    const hostile = `Base is locked \u001b[31m\n\u202e${world.token} ${'long '.repeat(500)}`
    world.faults.inject({ method: 'POST', path: world.opening, fault: world.refusal(hostile) })
    const fault = await faultOf(world.forge.open(request()))
    expect(fault).toMatchObject({ code: 'E_FORGE_REJECTED', retryable: false, message: expect.stringContaining('Base is locked') })
    // oxlint-disable-next-line no-control-regex -- what may not be in it
    expect(String(fault)).not.toMatch(/[\u0000-\u001f\u202e]/)
    expect(String(fault).length).toBeLessThan(600)
    expect(everythingIn(fault)).not.toContain(world.token)
  })

  it('“not found” to a write, where the repository is there to read, is a right that is missing', async () => {
    const world = at()
    await world.branch(BRANCH)
    world.faults.inject({ method: 'POST', path: world.opening, fault: { kind: 'status', status: 404, body: { message: 'Not Found' } } })
    expect(await faultOf(world.forge.open(request()))).toMatchObject({ code: 'E_FORGE_FORBIDDEN' })
    world.faults.inject({ times: 2, fault: { kind: 'status', status: 404, body: { message: 'Not Found' } } })
    expect(await faultOf(world.forge.open(request()))).toMatchObject({ code: 'E_FORGE_NOT_FOUND' })
  })

  it.each([
    [401, 'E_FORGE_AUTH'],
    [403, 'E_FORGE_FORBIDDEN'],
  ])('an answer of %i says that %s, and shows no credential', async (status, code) => {
    const world = at()
    world.faults.inject({ times: 2, fault: { kind: 'status', status, body: { message: `no: ${world.token}` } } })
    const fault = await faultOf(world.forge.get(1))
    expect(fault).toMatchObject({ code })
    expect(everythingIn(fault)).not.toContain(world.token)
  })
}

function describeRedirects(at: () => WireWorld, request: Ask): void {
  it.each([301, 302, 303, 307, 308])('a redirect (%i) to another host takes no credential there', async (status) => {
    const world = at()
    const caught: unknown[] = []
    const elsewhere: LoopbackServer = await listenOnLoopback(async ({ request: { headers } }) => {
      caught.push(headers)
      return { status: 200, body: {} }
    }, createSystemClock())
    try {
      world.faults.inject({ times: 2, fault: { kind: 'status', status, headers: { location: `${elsewhere.url}/take/it` } } })
      const fault = await faultOf(world.forge.get(1))
      expect(fault).toMatchObject({ code: 'E_FORGE_REJECTED', message: expect.stringContaining('redirect') })
      expect(everythingIn(fault)).not.toContain(world.token)
      expect(caught).toEqual([])
    } finally {
      await elsewhere.close()
    }
  })

  it('a renamed repository is told with its new name, whether it is read or written to, and nothing is written there', async () => {
    const world = at()
    const commit = (await world.branch(BRANCH)) as CommitSha
    await world.forge.findByBranch(BRANCH)
    const name = await world.rename()
    const before = world.calls.length
    const told = { code: 'E_FORGE_REJECTED', message: expect.stringContaining(`“${name}”`) as string }
    expect(await faultOf(world.forge.findByBranch(BRANCH))).toMatchObject(told)
    expect(await faultOf(world.forge.open(request()))).toMatchObject(told)
    const status = { context: 'kedge/release', state: 'failure', description: 'failed' } as const
    expect(await faultOf(world.forge.statusOf(commit, status.context))).toMatchObject(told)
    expect(await faultOf(world.forge.setStatus(commit, status))).toMatchObject(told)
    const writes = world.calls.slice(before).filter(({ method, status }) => method !== 'GET' && status < 300)
    expect(writes).toEqual([])
  })
}
