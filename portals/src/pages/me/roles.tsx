import type { MeQuery } from "../../generated/graphql.ts";
import { shortDay } from "../../dates.ts";
import { useWords } from "../../words/words.ts";

interface Props {
  grants: MeQuery["viewer"]["grants"];
  label(name: string, value: string): string;
}

/** What the reader may do here, and for whom. */
export function Roles({ grants, label }: Props) {
  const { me: words } = useWords();
  return (
    <section aria-labelledby="roles">
      <h2 id="roles">{words.roles}</h2>
      {grants.length === 0 && <p class="quiet-ink">{words.noRoles}</p>}
      <ul class="plain">
        {grants.map((grant, index) => (
          <li key={index}>
            <strong>{label("GrantedRole", grant.role)}</strong>
            {grant.institution && `, ${grant.institution.name}`}
            {grant.expiresAt && <span class="quiet-ink"> {words.until(shortDay(grant.expiresAt))}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
