import { Orders } from './orders.tsx';
import { PermissionsOfUser } from './session.tsx';

/** Rendered on the server, where nobody is signed in: what depends on the user comes later. */
export default function Page() {
  return (
    <>
      <h1>Orders</h1>
      <PermissionsOfUser>
        <Orders />
      </PermissionsOfUser>
    </>
  );
}
