import type { Random } from '../random.ts'
import type { WorldRollout } from '../world/truth.ts'
import type { World } from '../world/world.ts'

/** One time that an alert was pending or fired, epoch ms, by the world's clock. */
export interface WorldSpell {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly from: number
  /** From when on it fires: before that its condition holds, and not for long enough. */
  readonly firesAt: number
  until: number | undefined
  readonly isSilenced: boolean
  /** Whom it is about, and the version that is to blame, or the state of its flags; undefined where no release is. */
  readonly blames: { readonly rollout: WorldRollout; readonly key: string; readonly isFlag?: true } | undefined
}

export type NewSpell = Omit<WorldSpell, 'from' | 'until' | 'firesAt'>

/** A version that was stable, and since when. */
export interface Stay {
  readonly key: string
  readonly from: number
}

export interface TruthOptions {
  bakeMs: number
  random: Random
  seed: number
  endsAt: number
  /** For how long whoever tells of alerts remembers them. */
  reachesBackMs: number
  /** An alert has begun to fire, or has ended. */
  onChange: () => void
}

/** The alerts of a world: all that there were, and how one begins and ends. */
export interface Spells {
  readonly spells: readonly WorldSpell[]
  /** It fires once it has been pending for so long. */
  begin: (spell: NewSpell, pendingMs: number) => WorldSpell
  /** One that has ended stays as it is. */
  end: (spell: WorldSpell) => void
}

/** See {@link Spells}. */
export function createSpells({ clock, host }: World, onChange: () => void): Spells {
  const spells: WorldSpell[] = []
  return {
    spells,
    begin(spell, pendingMs) {
      const begun: WorldSpell = { ...spell, from: clock.now(), firesAt: clock.now() + pendingMs, until: undefined }
      spells.push(begun)
      host.after(pendingMs, onChange)
      return begun
    },
    end(spell) {
      if (spell.until !== undefined) return
      spell.until = clock.now()
      onChange()
    },
  }
}

/** One alert fires once at a time: what else would make it fire is seen once that is over. */
export function isBurning(spells: readonly WorldSpell[], { owner }: WorldRollout): boolean {
  const { namespace, rollout } = labelsOf({ owner })
  return spells.some(
    ({ name, until, labels }) =>
      name === 'Burn' && until === undefined && labels['namespace'] === namespace && labels['rollout'] === rollout,
  )
}

/** The labels of an alert about a Rollout. */
export function labelsOf({ owner: { namespace, name } }: Pick<WorldRollout, 'owner'>): Record<string, string> {
  return { namespace, rollout: name, slo: `${name}-availability`, long: '1h', short: '5m' }
}
