import { existsSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { nearestTests } from '../../tools/check/nearest-tests.ts'

describe('the nearest tests', () => {
  it('of a file are the test of its name, or else those of its folder, or else those of the folder above', () => {
    expect(nearestTests(['src/domain/rollout/serving.ts'])).toEqual(['test/domain/rollout/serving.test.ts'])
    expect(nearestTests(['src/adapters/kubernetes/snapshots/fields.ts'])).toEqual(['test/adapters/kubernetes/snapshots'])
    expect(nearestTests(['src/domain/words/nothing-of-this-name.ts'])).toEqual(['test/domain/words'])
    expect(nearestTests(['src/domain/nowhere/x.ts'])).toEqual(['test/domain'])
  })

  it('of a file that lies in no folder are there for each but the entry of the process', () => {
    const roots = readdirSync('src').filter((name) => name.endsWith('.ts'))
    expect(roots.filter((name) => nearestTests([`src/${name}`]).length === 0)).toEqual(['main.ts'])
    expect(nearestTests(['src/service.ts'])).toEqual(['test/service'])
    const tests = ['src/registry.ts', 'src/replay.ts', 'src/replay-result.ts'].flatMap((file) => nearestTests([file]))
    expect(tests).toContain('test/simulation/replay.test.ts')
    expect(tests).toContain('test/service/vendors.test.ts')
    expect(tests.filter((test) => !existsSync(test))).toEqual([])
  })

  it('of a changed test are that test, once, also beside its folder', () => {
    const one = 'test/domain/rollout/serving.test.ts'
    expect(nearestTests([one, 'src/domain/rollout/serving.ts'])).toEqual([one])
    expect(nearestTests([one, 'src/domain/nowhere/x.ts'])).toEqual(['test/domain'])
  })

  it('are none for pages, for what has no tests near it, and for the real bench', () => {
    expect(nearestTests(['README.md', 'bench/run.ts', 'src/main.ts', 'test/e2e/run.ts'])).toEqual([])
  })
})
