import type { HttpOptions } from '../../src/http/request/options.ts'
import { encodeId } from '../../src/http/request/paging.ts'
import { aLedger, readOptions } from './fleet-fixture.ts'
import { startService, type Service } from './service.ts'
import { tellStory, theFleet, theRelease } from './story.ts'

/** The service over a ledger in which the story was told. */
export async function withStory(overrides: Partial<HttpOptions> = {}): Promise<Service> {
  const ledger = await aLedger()
  await tellStory(ledger)
  return startService({ ...readOptions([theFleet()], ledger), ...overrides }, ledger)
}

/** What the API answers, read as JSON where it is. */
// oxlint-disable-next-line typescript/no-explicit-any -- the tests look at whatever came
export async function get(service: Service, path: string): Promise<{ status: number; body: any; headers: Headers }> {
  const answer = await fetch(service.servers.api.url + path)
  const isJson = answer.headers.get('content-type')?.includes('json')
  return { status: answer.status, body: isJson ? await answer.json() : await answer.text(), headers: answer.headers }
}

/** The address of the story's release. */
export const RELEASE = `/api/v1/releases/${encodeId(theRelease().key)}`
