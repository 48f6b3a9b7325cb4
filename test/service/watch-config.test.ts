import { expect, it } from 'vitest'
import { createVirtualClock } from '../../src/adapters/replay/virtual-clock.ts'
import { readConfig, type LoadedConfig } from '../../src/config/load.ts'
import { NO_SECRETS } from '../../src/config/secrets.ts'
import type { ConfigSource } from '../../src/config/source.ts'
import { watchConfig } from '../../src/service/watch-config.ts'
import { rememberLog } from '../remember-log.ts'

function loadedOf(mode: string): LoadedConfig {
  return {
    config: readConfig(`{ apiVersion: kedge/v1, defaults: { mode: ${mode} } }`, '/etc/kedge'),
    secrets: NO_SECRETS,
    warnings: [],
    files: [],
    named: [],
    isThere: true,
  }
}

/** A watch on files that hold a mode, or a fault. */
function watchOn(first: string) {
  const files = { hold: first, names: '', reads: 0 }
  // Those that were named when it was read last.
  let watchedFiles = files.names
  const clock = createVirtualClock(0)
  const { logger, lines } = rememberLog()
  const applied: string[] = []
  const source: ConfigSource = {
    fingerprint: () => `${files.hold} ${watchedFiles}`,
    read() {
      files.reads += 1
      watchedFiles = files.names
      return files.hold.startsWith('fault') ? { faults: [files.hold.trim()] } : { loaded: loadedOf(files.hold) }
    },
  }
  const watch = watchConfig({
    source,
    clock,
    logger,
    running: loadedOf(first).config,
    async apply({ config }) {
      if (config.policy.defaults.mode === 'notify') throw new Error('the channel cannot be opened')
      applied.push(config.policy.defaults.mode ?? '')
      return []
    },
  })
  const pass = (seconds: number): Promise<void> =>
    clock.advanceTo(clock.now() + seconds * 1_000, () => new Promise((resolve) => setImmediate(resolve)))
  return { files, watch, lines, applied, pass, [Symbol.asyncDispose]: () => watch[Symbol.asyncDispose]() }
}

it('what has not changed is not read again', async () => {
  await using watched = watchOn('observe')
  await watched.pass(3_600)
  expect([watched.files.reads, watched.applied]).toEqual([0, []])
})

it('what has changed holds once, after it was found the same twice: it may be half written', async () => {
  await using watched = watchOn('observe')
  for (const half of ['fault: half', 'fault: more', 'pr']) {
    watched.files.hold = half
    await watched.pass(2)
  }
  expect([watched.files.reads, watched.applied]).toEqual([0, []])
  await watched.pass(60)
  expect([watched.files.reads, watched.applied, watched.watch.standing()]).toEqual([1, ['pr'], { faults: [], waiting: [] }])
})

it('what names another file than before holds once', async () => {
  await using watched = watchOn('observe')
  watched.files.names = 'token-2'
  watched.files.hold = 'pr'
  await watched.pass(60)
  expect([watched.applied, watched.watch.standing().faults]).toEqual([['pr'], []])
})

it('a fault is logged once, and stands until it is mended', async () => {
  await using watched = watchOn('observe')
  watched.files.hold = 'fault: no mode'
  await watched.pass(60)
  expect(watched.watch.standing().faults).toEqual(['fault: no mode'])
  // Other files are watched by now, those that it names.
  watched.files.hold = 'fault: no mode '
  await watched.pass(60)
  expect([watched.files.reads, watched.lines.filter(({ level }) => level === 'error').length]).toEqual([2, 1])
  watched.files.hold = 'observe'
  await watched.pass(60)
  expect([watched.applied, watched.watch.standing().faults]).toEqual([['observe'], []])
})

it('what cannot be opened is a fault, and what comes after it holds', async () => {
  await using watched = watchOn('observe')
  watched.files.hold = 'notify'
  await watched.pass(60)
  expect(watched.watch.standing().faults).toEqual(['Error: the channel cannot be opened'])
  watched.files.hold = 'pr'
  await watched.pass(60)
  expect([watched.applied, watched.watch.standing().faults]).toEqual([['pr'], []])
})
