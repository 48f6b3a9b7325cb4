import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { runCli } from '../../src/cli/program.ts'
import { aLedger, aRollout, aView, NOW, readOptions } from '../http/fleet-fixture.ts'
import { startService, type Service } from '../http/service.ts'
import { tellStory, theFleet, theRelease } from '../http/story.ts'
import { withStory } from '../http/with-story.ts'
import { createTerminal, type Terminal } from './terminal.ts'

/** A terminal at which something is done between the looks; after the last of them the person has seen enough. */
function patient(steps: readonly (() => Promise<unknown>)[], fields: Parameters<typeof createTerminal>[0] = {}): Terminal {
  const left = [...steps]
  const terminal: Terminal = createTerminal({
    ...fields,
    async pause() {
      const step = left.shift()
      if (step) await step()
      else terminal.interrupt()
    },
  })
  return terminal
}

const nothing = async (): Promise<void> => undefined

describe('kedge status --watch', () => {
  test('looks until the person has seen enough, tells what is new, and ends with the code of the last look', async () => {
    const ledger = await aLedger()
    let isSplit = false
    const calm = aView('east', { rollouts: [aRollout({ name: 'checkout' })] })
    const split = theFleet()
    const view = {
      ...calm,
      rollouts: () => (isSplit ? split : calm).rollouts(),
      rollout: (...ref: [string, string]) => (isSplit ? split : calm).rollout(...ref),
    }
    await using service = await startService(readOptions([view], ledger), ledger)
    const terminal = patient([nothing, async () => (isSplit = true), nothing])
    expect(await runCli(['status', '--watch', '--server', service.servers.api.url], terminal)).toBe(1)
    expect(terminal.out().match(/APP/g)).toHaveLength(2)
    expect(terminal.out()).toMatch(/✔ checkout[\s\S]*✖ checkout/)
  })

  test('on a terminal, each look takes the place of the one before', async () => {
    await using service = await withStory()
    const terminal = patient([nothing], { isTerminal: true, columns: () => 70 })
    await runCli(['status', '-w', '5s', '--server', service.servers.api.url], terminal)
    expect(terminal.out().split('\u001b[H\u001b[2J')).toHaveLength(3)
    expect(terminal.out()).toContain('each 5s, Ctrl-C ends it')
    // Of what the person did before, nothing is erased.
    expect(terminal.out()).not.toContain('\u001b[3J')
    const lines = stripVTControlCharacters(terminal.out()).split('\n')
    expect(Math.max(...lines.map((line) => Array.from(line).length))).toBeLessThanOrEqual(70)
  })

  test('who does not answer is told, is asked again, and is never shown as it was', async () => {
    const service = await withStory()
    const terminal = patient([async () => service[Symbol.asyncDispose](), nothing])
    expect(await runCli(['status', '--watch', '--server', service.servers.api.url], terminal)).toBe(3)
    expect(terminal.out()).toContain('E_SERVER_UNREACHABLE')
  })

  test('what no further look would mend ends it', async () => {
    const terminal = patient([nothing])
    expect(await runCli(['status', '--watch', '--server', 'ftp://x'], terminal)).toBe(2)
  })
})

describe('kedge status', () => {
  test('takes the filters of the pages, by the same parser', async () => {
    await using service = await withStory()
    const names = async (...flags: string[]): Promise<string> => {
      const terminal = createTerminal()
      await runCli(['status', '-o', 'name', ...flags, '--server', service.servers.api.url], terminal)
      return terminal.out()
    }
    expect(await names('--search', 'CHECK v1.8')).toBe('east/shop/checkout\n')
    expect(await names('--cause', 'analysis-failed')).toBe('east/shop/checkout\n')
    expect(await names('--project', 'none')).toBe('')
  })

  test('cuts its columns to the terminal, and nothing for a program that reads on', async () => {
    await using service = await withStory()
    const widest = async (fields: Parameters<typeof createTerminal>[0], ...flags: string[]): Promise<number> => {
      const terminal = createTerminal(fields)
      await runCli(['status', ...flags, '--server', service.servers.api.url], terminal)
      return Math.max(
        ...terminal
          .out()
          .split('\n')
          .map((line) => Array.from(line).length),
      )
    }
    expect(await widest({ columns: () => 80 })).toBeLessThanOrEqual(80)
    expect(await widest({})).toBeGreaterThan(150)
    expect(await widest({ columns: () => 80 }, '-o', 'wide')).toBeGreaterThan(150)
  })
})

describe('kedge releases', () => {
  async function asked(service: Service, ...flags: string[]): Promise<{ code: number; out: string; err: string }> {
    const terminal = createTerminal()
    const code = await runCli(['releases', ...flags, '--server', service.servers.api.url], terminal)
    return { code, out: terminal.out(), err: terminal.err() }
  }

  test('lists them newest first, says where there are older ones, and takes days', async () => {
    await using service = await withStory()
    const old = theRelease({ key: 'old', rollout: 'old', state: 'ended', outcome: 'promoted', cause: null, attempts: [], revertKey: null })
    const startedAt = Date.parse('2026-03-31T12:00:00Z')
    await service.ledger.append([{ kind: 'release', key: 'old', event: 'began', document: { ...old, startedAt, endedAt: startedAt + 1 } }])
    const all = await asked(service)
    expect(all.out).toMatch(/^ {2}ROLLOUT[\s\S]*✖ east\/shop\/checkout[\s\S]*✔ east\/shop\/old .* Promoted /)
    expect(all).toMatchObject({ code: 0, err: '' })
    expect(await asked(service, '--limit', '1')).toMatchObject({ err: expect.stringContaining('There are older ones') })
    const march = await asked(service, '--from', '2026-03-01', '--to', '2026-03-31', '-o', 'json')
    expect(JSON.parse(march.out)).toMatchObject([{ name: 'old', outcome: 'promoted' }])
    expect((await asked(service, '--open')).out).not.toContain('old')
    expect(await asked(service, '--name', 'none')).toEqual({ code: 0, out: '', err: 'No release matches.\n' })
  })

  test.each([
    ['--from', 'March'],
    ['--outcome', 'x'],
    ['--limit', '0'],
  ])('%s %s is wrong use, and nobody is asked', async (flag, value) => {
    const terminal = createTerminal()
    expect(await runCli(['releases', flag, value, '--server', 'http://127.0.0.1:9'], terminal)).toBe(2)
    expect(terminal.err()).not.toContain('E_SERVER_UNREACHABLE')
  })
})

test('kedge status says that a Deployment serves beside a Rollout, after the reason where there is one', async () => {
  const ledger = await aLedger()
  await tellStory(ledger)
  const besideKnown = () => ({
    asOf: NOW,
    fault: null,
    of: ({ uid }: { uid: string }) => (uid === 'uid-payments' ? [] : [{ name: 'old', available: 1, how: 'selector' as const }]),
  })
  await using service = await startService(readOptions([{ ...theFleet(), besideKnown }], ledger), ledger)
  const terminal = createTerminal()
  await runCli(['status', '--server', service.servers.api.url], terminal)
  const line = (name: string): string =>
    terminal
      .out()
      .split('\n')
      .find((one) => one.includes(name)) ?? ''
  expect(line('checkout')).toContain('success-rate 0.91 < 0.95 (3/5) · Deployment serves besi…')
  expect(line('catalog')).toMatch(/In step +- +Deployment serves beside +-$/)
  expect(line('payments')).not.toContain('Deployment')
})
