// Statements about people and their rights: roles made, changed and dropped are administrative acts; privileges and
// memberships given and taken are authorization.

import type { DefElem, GrantRoleStmt, GrantStmt, Node } from 'libpg-query';
import { adminAct, nameDetails, type Outline, type StatementContext } from './outline.ts';
import { dottedLabel, objectWord, relationLabel, roleName, roleNames, stringOf, stringsOf } from './syntax-tree.ts';

export function outlineRoleStatement({ node }: StatementContext): Outline | undefined {
  if ('CreateRoleStmt' in node) {
    const { role = '', stmt_type, options } = node.CreateRoleStmt;
    const verb = `CREATE ${(stmt_type ?? 'ROLESTMT_ROLE').replace('ROLESTMT_', '')}`;
    return adminOutline(verb === 'CREATE GROUP' ? 'CREATE ROLE' : verb, 'user_created', role, optionDetails(options));
  }
  if ('AlterRoleStmt' in node) return outlineAlterRole(roleName(node.AlterRoleStmt.role), node.AlterRoleStmt);
  if ('AlterRoleSetStmt' in node) {
    const { role, setstmt, database } = node.AlterRoleSetStmt;
    const details = { setting: setstmt?.name, ...(database === undefined ? {} : { database }) };
    return adminOutline('ALTER ROLE', 'user_modified', role === undefined ? 'ALL' : roleName(role), details);
  }
  if ('DropRoleStmt' in node) {
    const names = roleNames(node.DropRoleStmt.roles);
    const others = names.length > 1 ? { target_users: names } : {};
    return adminOutline('DROP ROLE', 'user_deleted', names[0] ?? '', others);
  }
  if ('RenameStmt' in node && node.RenameStmt.renameType === 'OBJECT_ROLE') {
    const { subname = '', newname } = node.RenameStmt;
    return adminOutline('ALTER ROLE', 'user_modified', subname, { new_name: newname });
  }
  if ('GrantRoleStmt' in node) return outlineGrantRole(node.GrantRoleStmt);
  if ('GrantStmt' in node) return outlineGrant(node.GrantStmt);
  if ('AlterDefaultPrivilegesStmt' in node) {
    const { action, options = [] } = node.AlterDefaultPrivilegesStmt;
    const schemas = defElements(options).find(({ defname }) => defname === 'schemas')?.arg;
    const inSchemas = schemas !== undefined && 'List' in schemas ? stringsOf(schemas.List.items) : [];
    const outline = outlineGrant(action ?? {});
    const verb = 'ALTER DEFAULT PRIVILEGES';
    return { ...outline, verb, details: { ...outline.details, default_privileges: true, schemas: inSchemas } };
  }
  return undefined;
}

function adminOutline(
  verb: string,
  subtype: string,
  user: string,
  details: Readonly<Record<string, unknown>>,
): Outline {
  const required = [adminAct(verb, user)];
  return { verb, eventType: 'admin_action', subtype, details: { target_user: user, ...details }, required };
}

function outlineAlterRole(user: string, { options, action }: { options?: Node[]; action?: number }): Outline {
  const elements = defElements(options);
  const members = elements.find(({ defname }) => defname === 'rolemembers')?.arg;
  if (members !== undefined) {
    // ALTER GROUP … ADD or DROP USER is the old way to give or take a role.
    const users = roleNames('List' in members ? members.List.items : []);
    return membershipOutline('ALTER ROLE', action !== -1, [user], users);
  }
  const canLogin = elements.find(({ defname }) => defname === 'canlogin');
  const changesPassword = elements.some(({ defname }) => defname === 'password');
  // One statement gives one record; a closed door is the most telling thing, then a new key to it.
  const subtype =
    canLogin !== undefined && !isOn(canLogin)
      ? 'user_disabled'
      : changesPassword
        ? 'password_changed'
        : canLogin !== undefined
          ? 'user_enabled'
          : 'user_modified';
  return adminOutline('ALTER ROLE', subtype, user, optionDetails(options));
}

/** The options of a role, without its password. */
function optionDetails(options: readonly Node[] | undefined): Record<string, unknown> {
  const attributes: Record<string, unknown> = {};
  const details: Record<string, unknown> = {};
  for (const element of defElements(options)) {
    const { defname = '', arg } = element;
    if (defname === 'password') details.password_set = arg !== undefined;
    else if (arg !== undefined && 'Boolean' in arg) attributes[attributeNames[defname] ?? defname] = isOn(element);
    else if (arg !== undefined && 'Integer' in arg)
      attributes[attributeNames[defname] ?? defname] = arg.Integer.ival ?? 0;
    else if (defname === 'validUntil') details.valid_until = stringOf(arg);
    else if (defname === 'addroleto' && arg !== undefined && 'List' in arg) {
      details.roles_assigned = roleNames(arg.List.items);
    } else if (arg !== undefined && 'List' in arg) details[defname] = roleNames(arg.List.items);
  }
  return Object.keys(attributes).length > 0 ? { ...details, attributes } : details;
}

const attributeNames: Readonly<Record<string, string>> = {
  canlogin: 'login',
  isreplication: 'replication',
  connectionlimit: 'connection_limit',
};

function outlineGrantRole({ is_grant, granted_roles = [], grantee_roles, opt }: GrantRoleStmt): Outline {
  const roles = granted_roles.flatMap((node) => ('AccessPriv' in node ? [node.AccessPriv.priv_name ?? ''] : []));
  const outline = membershipOutline(
    is_grant === true ? 'GRANT ROLE' : 'REVOKE ROLE',
    is_grant === true,
    roles,
    roleNames(grantee_roles),
  );
  const withOptions = defElements(opt)
    .filter(isOn)
    .map(({ defname }) => defname);
  return withOptions.length === 0
    ? outline
    : { ...outline, details: { ...outline.details, with_options: withOptions } };
}

function membershipOutline(verb: string, gives: boolean, roles: readonly string[], users: readonly string[]): Outline {
  const role = roles[0] ?? '';
  return {
    verb,
    eventType: 'authorization',
    subtype: gives ? 'role_assigned' : 'role_removed',
    details: {
      target_role: role,
      ...(roles.length > 1 ? { target_roles: roles } : {}),
      target_user: users[0] ?? '',
      ...(users.length > 1 ? { target_users: users } : {}),
    },
    required: [adminAct(verb, role)],
  };
}

function outlineGrant({
  is_grant,
  objects = [],
  privileges = [],
  grantees,
  objtype,
  targtype,
  grant_option,
}: GrantStmt): Outline {
  const gives = is_grant === true;
  const verb = gives ? 'GRANT' : 'REVOKE';
  const wholeSchema = targtype === 'ACL_TARGET_ALL_IN_SCHEMA';
  const names = objects.map((object) => (wholeSchema ? `${stringOf(object) ?? ''}.*` : objectName(object)));
  const permissions = privileges.flatMap((node) => ('AccessPriv' in node ? [permissionText(node.AccessPriv)] : []));
  const columns = privileges.flatMap((node) => ('AccessPriv' in node ? stringsOf(node.AccessPriv.cols) : []));
  const receivers = roleNames(grantees);
  return {
    verb,
    eventType: 'authorization',
    subtype: gives ? 'permission_granted' : 'permission_revoked',
    details: {
      target_role: receivers[0] ?? '',
      ...(receivers.length > 1 ? { target_roles: receivers } : {}),
      permissions: permissions.length === 0 ? ['ALL'] : permissions,
      object_type: objectWord(objtype),
      ...nameDetails(names),
      ...(columns.length > 0 ? { columns: [...new Set(columns)] } : {}),
      ...(grant_option === true ? { grant_option: true } : {}),
    },
    labels: objects.flatMap((object) => ('RangeVar' in object ? [relationLabel(object.RangeVar)] : [])),
    required: [adminAct(verb, names[0] ?? '')],
  };
}

function permissionText({ priv_name, cols }: { priv_name?: string; cols?: Node[] }): string {
  const name = (priv_name ?? 'all').toUpperCase();
  return cols === undefined ? name : `${name}(${stringsOf(cols).join(',')})`;
}

function objectName(object: Node): string {
  if ('RangeVar' in object) return relationLabel(object.RangeVar);
  if ('ObjectWithArgs' in object) return dottedLabel(stringsOf(object.ObjectWithArgs.objname));
  if ('List' in object) return dottedLabel(stringsOf(object.List.items));
  return stringOf(object) ?? '';
}

function defElements(nodes: readonly Node[] | undefined): DefElem[] {
  return (nodes ?? []).flatMap((node) => ('DefElem' in node ? [node.DefElem] : []));
}

/** libpg-query leaves out what is false. */
function isOn({ arg }: DefElem): boolean {
  return arg !== undefined && 'Boolean' in arg && arg.Boolean.boolval === true;
}
