import { Link } from "wouter";
import { useAction } from "../../data/use-action.ts";
import { momentOf } from "../../dates.ts";
import { MarkReadDocument, type MeQuery, type MessageFragment } from "../../generated/graphql.ts";
import { ErrorSummary } from "../../ui/states.tsx";
import { useWords } from "../../words/words.ts";

type Label = (name: string, value: string) => string;

interface Props {
  data: MeQuery;
  label: Label;
  more(): void;
}

/** What others did that concerns the reader, the newest first. */
export function Messages({ data, label, more }: Props) {
  const { me: words } = useWords();
  const mark = useAction(MarkReadDocument, ["NOTIFICATION"]);
  const { nodes, pageInfo } = data.notifications;
  const newest = nodes[0];
  const { unread } = data.viewer;
  return (
    <section aria-labelledby="messages">
      <h2 id="messages">
        {words.news} {unread > 0 && <small class="badge">{words.unread(unread)}</small>}
      </h2>
      <ErrorSummary errors={mark.errors} failure={mark.failure} />
      {newest ? (
        <ul class="rows">
          {nodes.map((message) => (
            <Row key={message.id} message={message} label={label} read={() => void mark.run({ input: { ids: [message.id] } })} />
          ))}
        </ul>
      ) : (
        <p class="quiet-ink">{words.noNews}</p>
      )}
      <p class="acts">
        {newest && unread > 0 && (
          <button type="button" class="quiet" onClick={() => void mark.run({ input: { upTo: newest.id } })}>
            {words.markRead}
          </button>
        )}
        {pageInfo.hasNextPage && (
          <button type="button" class="quiet" onClick={more}>
            {words.older}
          </button>
        )}
      </p>
    </section>
  );
}

function Row({ message, label, read }: { message: MessageFragment; label: Label; read(): void }) {
  const { me: words } = useWords();
  const subject = subjectOf(message);
  const title = label("NotificationKind", message.kind);
  return (
    <li class={message.isRead ? "row message" : "row message unread"}>
      <h3>
        {!message.isRead && <span class="read-only">{words.isUnread} </span>}
        {title}
      </h3>
      {subject && <p>{subject.to ? <Link href={subject.to}>{subject.name}</Link> : subject.name}</p>}
      <p class="facts">
        <time dateTime={message.createdAt}>{momentOf(message.createdAt)}</time>
        {!message.isRead && (
          <button type="button" class="link" onClick={read} aria-label={words.markOne(title)}>
            {words.read}
          </button>
        )}
      </p>
    </li>
  );
}

/** What it is about, as it is now. */
function subjectOf({ entity }: MessageFragment): { name: string | null; to?: string } | null {
  switch (entity?.__typename) {
    case "Event":
      return { name: entity.displayName, to: `/calendar/${entity.slug}` };
    case "Project":
      return { name: entity.displayName, to: `/projects/${entity.slug}` };
    case "Registration":
      return entity.event && { name: entity.event.title, to: `/calendar/${entity.event.slug}` };
    case "Mentorship":
      return { name: [entity.mentor?.name, entity.participant?.name].filter(Boolean).join(", ") };
    case "Participation":
      return { name: entity.ofCohort.name };
    case "Mobility":
      return { name: entity.receivingInstitution.name };
    default:
      return null;
  }
}
