import { afterAll, afterEach, beforeAll } from 'vitest'
import { nock } from './at-rest-nock.ts'

/** For a whole file: no request reaches a network, and each test makes every request that it has announced. */
export function useOnlyNock(): void {
  // The next file in this process may need the loopback, and the one after that this again.
  beforeAll(() => {
    if (!nock.isActive()) nock.activate()
    nock.disableNetConnect()
  })
  afterEach(() => {
    const left = nock.pendingMocks()
    nock.cleanAll()
    if (left.length > 0) throw new Error(`not requested: ${left.join(', ')}`)
  })
  afterAll(() => {
    nock.restore()
    nock.enableNetConnect()
  })
}
