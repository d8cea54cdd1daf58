//! Imports, exports, aliases and instances.

use falkirk_canonical_abi::Name;
use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType, ComponentInstanceTypeId};
use wasmparser::types::TypesRef;
use wasmparser::{
    ComponentAlias, ComponentExport, ComponentExternalKind, ComponentImport, ComponentInstance,
    ComponentOuterAliasKind, ComponentType, ExternalKind, Instance,
};

use super::{Level, MAX_EXPORTS_SEEN, Translate, Translator, unsupported};
use crate::plan::{Capture, CoreSort, Ref, Sort, Step};

impl Translator<'_> {
    /// The types of the component that is open, as the validator knows them.
    pub(super) fn types(&self) -> TypesRef<'_> {
        self.validator.types(0).expect("BUG: the validator has a component open")
    }

    /// A definition of a type. Only resources do anything at run time.
    pub(super) fn define_type(&mut self, ty: &ComponentType<'_>) -> Translate {
        let index = self.next_type();
        if let ComponentType::Resource { dtor, .. } = ty {
            let id = self.types().component_any_type_at(index).unwrap_resource().resource();
            let frame = self.frame();
            let resource = frame.bind(id).expect("BUG: a new resource is known already");
            frame.steps.push(Step::Resource { resource, dtor: *dtor });
        }
        Ok(())
    }

    /// The index of a type that comes now.
    fn next_type(&mut self) -> u32 {
        let frame = self.frame();
        frame.type_count += 1;
        frame.type_count - 1
    }

    pub(super) fn import(&mut self, import: ComponentImport<'_>) -> Translate {
        let name: Name = import.name.name.into();
        match sort_of(import.ty.kind())? {
            Some(sort) => {
                let index = *self.frame().count(sort);
                self.frame().push(sort, Step::Import(name.clone(), sort));
                if sort == Sort::Instance {
                    self.bind_instance(index)?;
                }
            }
            None => {
                let index = self.next_type();
                if let ComponentAnyTypeId::Resource(id) = self.types().component_any_type_at(index) {
                    let frame = self.frame();
                    if let Some(resource) = frame.bind(id.resource()) {
                        frame.steps.push(Step::ImportResource(name.clone(), resource));
                    }
                }
            }
        }
        if self.at_root() {
            let ty = self.types().component_item_for_import(&name).expect("BUG: an import has a type").ty;
            let ty = self.item_type(ty)?;
            self.frame().imports.push((name, ty));
        }
        Ok(())
    }

    pub(super) fn export(&mut self, export: ComponentExport<'_>) -> Translate {
        let name: Name = export.name.name.into();
        let item = self.reference(export.kind, export.index)?;
        self.frame().steps.push(Step::Export(name.clone(), item));
        match item {
            Ref::Item(sort, index) => {
                let new = *self.frame().count(sort);
                self.frame().push(sort, Step::Again(sort, index));
                if sort == Sort::Instance {
                    self.bind_instance(new)?;
                }
            }
            Ref::Resource(other) => {
                let index = self.next_type();
                let id = self.types().component_any_type_at(index).unwrap_resource().resource();
                if let Some(resource) = self.frame().bind(id) {
                    self.frame().steps.push(Step::Same { resource, other });
                }
            }
            Ref::Type => _ = self.next_type(),
        }
        if self.at_root() {
            let ty = self.types().component_item_for_export(&name).expect("BUG: an export has a type").ty;
            let ty = self.item_type(ty)?;
            self.frame().exports.push((name, ty));
        }
        Ok(())
    }

    /// What an index of a kind refers to.
    fn reference(&mut self, kind: ComponentExternalKind, index: u32) -> Translate<Ref> {
        Ok(match sort_of(kind)? {
            Some(sort) => Ref::Item(sort, index),
            None => match self.types().component_any_type_at(index) {
                ComponentAnyTypeId::Resource(id) => Ref::Resource(self.frame().resource(id.resource())),
                _ => Ref::Type,
            },
        })
    }

    pub(super) fn alias(&mut self, alias: ComponentAlias<'_>) -> Translate {
        match alias {
            ComponentAlias::InstanceExport { kind, instance_index, name } => {
                let name: Name = name.into();
                match sort_of(kind)? {
                    Some(sort) => self.frame().push(sort, Step::Alias { sort, instance: instance_index, name }),
                    None => _ = self.next_type(), // a resource was bound with its instance
                }
                Ok(())
            }
            ComponentAlias::CoreInstanceExport { kind, instance_index, name } => {
                let sort = core_sort_of(kind)?;
                let step = Step::CoreAlias { sort, instance: instance_index, name: name.to_owned() };
                self.frame().push_core(sort, step);
                Ok(())
            }
            ComponentAlias::Outer { kind, count, index } => self.outer(kind, count, index),
        }
    }

    fn outer(&mut self, kind: ComponentOuterAliasKind, count: u32, index: u32) -> Translate {
        let sort = match kind {
            ComponentOuterAliasKind::CoreModule => Sort::Module,
            ComponentOuterAliasKind::Component => Sort::Component,
            ComponentOuterAliasKind::CoreType => return Ok(()),
            ComponentOuterAliasKind::Type => {
                self.next_type();
                return Ok(());
            }
        };
        if count == 0 {
            self.frame().push(sort, Step::Again(sort, index));
            return Ok(());
        }
        let capture = self.capture(self.levels.len() - 1, sort, count, index);
        self.frame().push(sort, Step::Outer { sort, capture });
        Ok(())
    }

    /// The number under which the component on a level captures something so far out.
    fn capture(&mut self, level: usize, sort: Sort, count: u32, index: u32) -> u32 {
        if let Some(number) = self.level(level).captured(sort, count, index) {
            return number;
        }
        let capture = match count {
            1 => Capture::Local(sort, index),
            _ => Capture::Captured(self.capture(level - 1, sort, count - 1, index)),
        };
        self.level(level).capture(sort, count, index, capture)
    }

    fn level(&mut self, level: usize) -> &mut super::Frame {
        match &mut self.levels[level] {
            Level::Component(frame) => frame,
            Level::Module(_) => panic!("BUG: a component lies in a module"),
        }
    }

    pub(super) fn core_instance(&mut self, instance: Instance<'_>) -> Translate {
        let step = match instance {
            Instance::Instantiate { module_index, args } => {
                let mut args: Vec<_> = args.iter().map(|arg| (arg.name.to_owned(), arg.index)).collect();
                args.sort_unstable();
                Step::CoreInstantiate { module: module_index, args }
            }
            Instance::FromExports(exports) => {
                let item = |export: &wasmparser::Export<'_>| {
                    Ok((export.name.to_owned(), core_sort_of(export.kind)?, export.index))
                };
                Step::CoreBag(exports.iter().map(item).collect::<Translate<_>>()?)
            }
        };
        let frame = self.frame();
        frame.steps.push(step);
        frame.core_instances += 1;
        Ok(())
    }

    pub(super) fn instance(&mut self, instance: ComponentInstance<'_>) -> Translate {
        let step = match instance {
            ComponentInstance::Instantiate { component_index, args } => {
                let arg = |arg: &wasmparser::ComponentInstantiationArg<'_>| {
                    Ok((arg.name.into(), self.reference(arg.kind, arg.index)?))
                };
                let args = args.iter().map(arg).collect::<Translate<_>>()?;
                Step::Instantiate { component: component_index, args }
            }
            ComponentInstance::FromExports(exports) => {
                let item = |export: &ComponentExport<'_>| {
                    Ok((export.name.name.into(), self.reference(export.kind, export.index)?))
                };
                Step::Bag(exports.iter().map(item).collect::<Translate<_>>()?)
            }
        };
        let index = *self.frame().count(Sort::Instance);
        self.frame().push(Sort::Instance, step);
        self.bind_instance(index)
    }

    /// Says of all resources which a new instance exports that this is where they come from.
    fn bind_instance(&mut self, index: u32) -> Translate {
        let ty = self.types().component_instance_at(index);
        self.bind_exports(index, ty, &mut Vec::new())
    }

    fn bind_exports(&mut self, instance: u32, ty: ComponentInstanceTypeId, path: &mut Vec<Name>) -> Translate {
        if !self.has_resources(ty)? {
            return Ok(());
        }
        let exports: Vec<(Name, ComponentEntityType)> =
            self.types()[ty].exports.iter().map(|(name, item)| (name.as_str().into(), item.ty)).collect();
        for (name, ty) in exports {
            path.push(name);
            match ty {
                ComponentEntityType::Type { created: ComponentAnyTypeId::Resource(id), .. } => {
                    let frame = self.frame();
                    if let Some(resource) = frame.bind(id.resource()) {
                        frame.steps.push(Step::Bind { resource, instance, path: path.clone() });
                    }
                }
                ComponentEntityType::Instance(ty) => self.bind_exports(instance, ty, path)?,
                _ => {}
            }
            path.pop();
        }
        Ok(())
    }

    /// Whether an instance of this type exports resources, also deep inside.
    fn has_resources(&mut self, ty: ComponentInstanceTypeId) -> Translate<bool> {
        if let Some(known) = self.with_resources.get(&ty) {
            return Ok(*known);
        }
        let exports: Vec<ComponentEntityType> = self.types()[ty].exports.values().map(|item| item.ty).collect();
        self.exports_seen += exports.len();
        if self.exports_seen > MAX_EXPORTS_SEEN {
            return unsupported("components whose instances have so many exports");
        }
        let mut found = false;
        for ty in exports {
            found |= match ty {
                ComponentEntityType::Type { created: ComponentAnyTypeId::Resource(_), .. } => true,
                ComponentEntityType::Instance(ty) => self.has_resources(ty)?,
                _ => false,
            };
        }
        self.with_resources.insert(ty, found);
        Ok(found)
    }
}

/// The index space of a kind; none for types.
fn sort_of(kind: ComponentExternalKind) -> Translate<Option<Sort>> {
    Ok(Some(match kind {
        ComponentExternalKind::Module => Sort::Module,
        ComponentExternalKind::Func => Sort::Func,
        ComponentExternalKind::Instance => Sort::Instance,
        ComponentExternalKind::Component => Sort::Component,
        ComponentExternalKind::Type => return Ok(None),
        ComponentExternalKind::Value => return unsupported("values that are imported or exported"),
    }))
}

fn core_sort_of(kind: ExternalKind) -> Translate<CoreSort> {
    match kind {
        ExternalKind::Func | ExternalKind::FuncExact => Ok(CoreSort::Func),
        ExternalKind::Memory => Ok(CoreSort::Memory),
        ExternalKind::Table => Ok(CoreSort::Table),
        ExternalKind::Global => Ok(CoreSort::Global),
        ExternalKind::Tag => unsupported("exception tags"),
    }
}
