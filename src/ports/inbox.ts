/** Webhook deliveries, kept until handled: a delivery that got its 2xx is not lost. Ids are kept for seven days at least. */
export interface Inbox {
  /** False for an id that was seen before. */
  accept(delivery: { source: string; id: string; receivedAt: number; body: string }): Promise<boolean>
  /** Oldest first, but for those whose {@link inboxName} is known. */
  pending(known?: ReadonlySet<string>): Promise<readonly { source: string; id: string; body: string }[]>
  done(source: string, id: string): Promise<void>
  /** It cannot be followed: it is not pending any more, and its body stays, for people, for as long as its id is known. */
  putAside(source: string, id: string): Promise<void>
}

/** What a delivery is known by. */
export function inboxName({ source, id }: { source: string; id: string }): string {
  return `${source} ${id}`
}
