import type { Clock } from '../../ports/clock.ts'
import { ApiFault } from './api-fault.ts'
import { resourceOf, versionPath, type WatchScope } from './resources.ts'
import { fields, text, CAPS } from './snapshots/fields.ts'
import type { Transport } from './transport.ts'

const ANSWER_MS = 10_000

/**
 * Whether the API server says of itself that it does not serve a kind: its CRD is not there, so there is none of it. A refused or missing
 * list alone does not say so: rights are looked at first, and a proxy that leads elsewhere answers 404 too. False wherever that cannot be
 * told. Never rejects.
 */
export async function isNotServed({ kind }: WatchScope, transport: Pick<Transport, 'get'>, clock: Clock): Promise<boolean> {
  const { group, resource } = resourceOf(kind)
  const call = new AbortController()
  using _deadline = clock.after(ANSWER_MS, () => call.abort(new ApiFault('silent', `no answer within ${ANSWER_MS / 1_000} s`)))
  const read = async (path: string): Promise<{ status: number; content: Record<string, unknown> }> => {
    const { status, body } = await transport.get(path, call.signal)
    return { status, content: status === 200 ? fields(JSON.parse(body.toString('utf8'))) : {} }
  }
  try {
    const version = await read(versionPath(kind))
    if (version.status === 200) return isListWithout(version.content, { kind: 'APIResourceList', key: 'resources', name: resource })
    if (version.status !== 404) return false
    // No kind of the group at all: then the group is not there either.
    const { content } = await read('/apis')
    return isListWithout(content, { kind: 'APIGroupList', key: 'groups', name: group })
  } catch {
    return false
  }
}

function isListWithout(content: Record<string, unknown>, list: { kind: string; key: string; name: string }): boolean {
  const items = content[list.key]
  if (content['kind'] !== list.kind || !Array.isArray(items)) return false
  return items.every((item) => text(fields(item)['name'], CAPS.name) !== list.name)
}
