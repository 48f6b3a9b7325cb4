import type { Images } from './images.ts'
import type { Seen } from './observer.ts'

/** The fields of a Rollout that scenarios ask for. */
export interface RolloutView {
  at: number
  phase: string | undefined
  message: string | undefined
  abort: boolean
  abortedAt: string | undefined
  stableHash: string | undefined
  currentHash: string | undefined
  image: string
  isObserved: boolean
  activeSelector: string | undefined
  canaryWeight: number | undefined
}

interface RawRollout {
  metadata: { generation?: number }
  spec?: { template?: { spec?: { containers?: { image: string }[] } } }
  status?: {
    phase?: string
    message?: string
    abort?: boolean
    abortedAt?: string
    stableRS?: string
    currentPodHash?: string
    observedGeneration?: string
    blueGreen?: { activeSelector?: string }
    canary?: { weights?: { canary?: { weight?: number } } }
  }
}

/** A Rollout as scenarios look at it. */
export function viewOf(images: Images, seen: Seen, at: number): RolloutView {
  const { metadata, spec, status } = seen as unknown as RawRollout
  return {
    at,
    phase: status?.phase,
    message: status?.message,
    abort: status?.abort === true,
    abortedAt: status?.abortedAt,
    stableHash: status?.stableRS,
    currentHash: status?.currentPodHash,
    image: images.meant(spec?.template?.spec?.containers?.[0]?.image ?? ''),
    isObserved: status?.observedGeneration === String(metadata.generation),
    activeSelector: status?.blueGreen?.activeSelector,
    canaryWeight: status?.canary?.weights?.canary?.weight,
  }
}

/** What Argo CD says of an Application. */
export function statusText(seen: Seen, field: 'sync' | 'health'): string | undefined {
  const status = seen['status'] as Record<string, { status?: string }> | undefined
  return status?.[field]?.status
}
