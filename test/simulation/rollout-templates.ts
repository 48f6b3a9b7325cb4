import { hashOf, replicaSet, type Owner, type Raw } from './objects.ts'

interface Template {
  tag: string
  revision: number
  former: number[]
  createdAt: number
  replicas: number
}

/** The templates that a Rollout has had, each with its ReplicaSet, and the one that is asked for. */
export class RolloutTemplates {
  /** The hash of the one that is asked for. */
  wanted = ''
  /** Of the newest release. */
  revision = 0
  readonly #all = new Map<string, Template>()

  get current(): Template | undefined {
    return this.#all.get(this.wanted)
  }

  /** Asks for a template. @returns whether that begins a release: not where it was asked for already */
  release(tag: string, now: number): boolean {
    const hash = hashOf(tag)
    const known = this.#all.get(hash)
    const isNew = !known || this.current?.tag !== tag
    if (isNew) {
      this.revision += 1
      const former = known ? [...known.former, known.revision] : []
      const { createdAt = now, replicas = 1 } = known ?? {}
      this.#all.set(hash, { tag, revision: this.revision, former, createdAt, replicas })
    }
    this.wanted = hash
    return isNew
  }

  /** How many pods what is asked for has. */
  scale(replicas: number): void {
    if (this.current) this.current.replicas = replicas
  }

  /** All pods are of what is asked for. */
  scaleOnlyWanted(replicas: number): void {
    for (const template of this.#all.values()) template.replicas = 0
    this.scale(replicas)
  }

  replicaSets(owner: Owner): readonly Raw[] {
    return [...this.#all].map(([hash, template]) => replicaSet({ owner, hash, ...template }))
  }
}
