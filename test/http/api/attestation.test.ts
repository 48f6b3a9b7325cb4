import { expect, test } from 'vitest'
import { encodeId } from '../../../src/http/request/paging.ts'
import { aLedger } from '../fleet-fixture.ts'
import { startService } from '../service.ts'
import { tellStory, theRelease } from '../story.ts'

const RELEASE = encodeId(theRelease().key)

async function serving(attest?: (key: string) => Promise<string | undefined>) {
  const ledger = await aLedger()
  await tellStory(ledger)
  return startService({ attest }, ledger)
}

test('a release that can be signed has a link to what is signed, on its page and in the API', async () => {
  const asked: string[] = []
  await using service = await serving(async (key) => {
    asked.push(key)
    return key === theRelease().key ? '{"payloadType":"x"}\n' : undefined
  })
  const { url } = service.servers.api
  const detail = (await (await fetch(`${url}/api/v1/releases/${RELEASE}`)).json()) as { links: { attestation: string } }
  expect(detail.links.attestation).toBe(`/api/v1/releases/${RELEASE}/attestation`)
  const page = await (await fetch(`${url}/releases/${RELEASE}`)).text()
  expect(page).toContain(`href="${detail.links.attestation}"`)
  const signed = await fetch(`${url}${detail.links.attestation}`)
  expect([signed.status, await signed.text()]).toEqual([200, '{"payloadType":"x"}\n'])
  expect(signed.headers.get('content-disposition')).toMatch(/^attachment; filename="?[\w-]+\.dsse\.json"?$/)
  expect(signed.headers.get('content-type')).toContain('application/json')
  const absent = await fetch(`${url}/api/v1/releases/${encodeId('none')}/attestation`)
  expect([absent.status, await absent.text()]).toEqual([404, expect.stringContaining('The ledger has no release with this id') as string])
  expect(asked).toEqual([theRelease().key, 'none'])
})

test('where nothing is signed there is no link, and it is said why', async () => {
  await using service = await serving()
  const { url } = service.servers.api
  const detail = (await (await fetch(`${url}/api/v1/releases/${RELEASE}`)).json()) as { links: { attestation: null } }
  expect(detail.links.attestation).toBeNull()
  expect(await (await fetch(`${url}/releases/${RELEASE}`)).text()).not.toContain('Signed statement')
  const answer = await fetch(`${url}/api/v1/releases/${RELEASE}/attestation`)
  expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining('ledger.checkpoints names no key') as string])
})
